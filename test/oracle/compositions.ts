/** Networks drawn at random that timm can be made to compute. */
import type { Assembly, Generator } from '@senet/core/graph';
import { assembler } from '../support/models.js';
import type { Config } from './networks.js';
import { integer, pick, randomFor, sample } from './random.js';

export interface Composition {
  readonly name: string;
  readonly net: Assembly;
  /** timm's name and options for the network without its attachments. */
  readonly architecture: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** timm's layer of each attachment, by its label. */
  readonly layers: Readonly<Record<string, TimmLayer>>;
}

type Options = Readonly<Record<string, unknown>>;
type TimmLayer = Options & { readonly type: string };

const SITES = ['input', 'hidden', 'hidden-preact', 'branch', 'shortcut', 'output'];
const GATES = { sigmoid: 'sigmoid', 'hard-sigmoid': 'hard_sigmoid' } as const;

/** A small ResNet of any kind, with one to three attachments: which, where, in which stages and blocks is drawn. */
export function randomComposition(name: string): Composition {
  const random = randomFor(name);
  const trunk = randomTrunk(random);
  const drawn = sample(random, SITES, integer(random, 1, 3)).map((at, i) => {
    const { ours, timms } = pick(random, [randomSe, randomEca, randomCbam])(random);
    const label = `att_${i}`;
    return { label, timms, attach: { ...ours, at, label, where: randomWhere(random, trunk.depths) } };
  });
  const config = { backbone: trunk.backbone, attach: drawn.map(({ attach }) => attach), head: trunk.head };
  const side = () => integer(random, 33, 64);
  return {
    name: name.replaceAll(' ', '-'),
    net: assembler.assemble(config as Config, { inputShape: [side(), side(), trunk.channels] }),
    architecture: trunk.architecture,
    options: trunk.options,
    layers: Object.fromEntries(drawn.map(({ label, timms }) => [label, timms])),
  };
}

function randomTrunk(random: Generator) {
  const basic = random.uniform() < 0.4;
  const depths = Array.from({ length: 4 }, () => integer(random, 1, 2));
  // Never the stem's, so that every stage begins with a shortcut that projects.
  const widths = depths.map(() => pick(random, [24, 40, 56]));
  const deep = random.uniform() < 0.3;
  const average = random.uniform() < 0.3;
  const cardinality = basic ? 1 : pick(random, [1, 1, 4]);
  const baseWidth = cardinality === 1 ? 64 : pick(random, [4, 16]);
  const stem = { type: deep ? 'deep' : 'plain', width: deep ? 16 : 64 };
  const [channels, classes] = [pick(random, [1, 3, 3, 4]), integer(random, 2, 20)];
  return {
    depths,
    channels,
    architecture: basic ? 'resnet18' : 'resnet50',
    backbone: {
      ...{ type: basic ? 'resnet18' : 'resnet50', depths, widths, cardinality, baseWidth, stem },
      downsample: average ? 'avg' : 'conv',
    },
    head: { type: 'classifier', classes },
    options: {
      ...{ layers: depths, channels: widths, cardinality, base_width: baseWidth, in_chans: channels },
      ...{ stem_type: deep ? 'deep' : '', stem_width: stem.width, avg_down: average, num_classes: classes },
    },
  };
}

function randomWhere(random: Generator, depths: readonly number[]): Options | undefined {
  const stages = depths.map((_, i) => i + 1);
  return pick(random, [
    undefined,
    { stages: [pick(random, stages)] },
    { blocks: [0] },
    { stages: sample(random, stages, 2), blocks: 'all' },
  ]);
}

function randomSe(random: Generator) {
  const [ratio, divisor] = [pick(random, [2, 4, 16]), pick(random, [1, 4, 8])];
  const gate = pick(random, Object.keys(GATES) as (keyof typeof GATES)[]);
  const activation = pick(random, ['relu', 'silu']);
  const bias = random.uniform() < 0.5;
  const both = random.uniform() < 0.3;
  return {
    ours: {
      ...{ type: 'se', ratio, rounding: { divisor, limit: 0 }, gate, activation, bias },
      squeeze: both ? 'avg+max' : 'avg',
    },
    timms: {
      ...{ type: 'se', rd_ratio: 1 / ratio, rd_divisor: divisor, gate_layer: GATES[gate], act_layer: activation },
      ...{ bias, add_maxpool: both },
    },
  };
}

function randomEca(random: Generator) {
  const [gamma, beta] = [pick(random, [1, 2, 3]), pick(random, [0, 1, 2])];
  const gate = pick(random, Object.keys(GATES) as (keyof typeof GATES)[]);
  return {
    ours: { type: 'eca', gamma, beta, gate },
    timms: { type: 'eca', gamma, beta, gate_layer: GATES[gate] },
  };
}

function randomCbam(random: Generator) {
  const [ratio, kernel] = [pick(random, [2, 8, 16]), pick(random, [3, 7])];
  const bias = random.uniform() < 0.5;
  return {
    ours: { type: 'cbam', ratio, kernel, bias },
    timms: { type: 'cbam', rd_ratio: 1 / ratio, spatial_kernel_size: kernel, mlp_bias: bias },
  };
}
