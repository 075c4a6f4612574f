/** Attention at every site of every residual unit, held to the unit as plain loops: numbers, not names. */
import type { State } from '@senet/core/graph';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { mean, overSpace, scaled, seGates, seWeights, sigmoid } from '../../../test/support/attention.js';
import { formulaInput, formulaState, relativeL2 } from '../../../test/support/formula.js';
import { assembler, runNodes } from '../../../test/support/models.js';
import type { Tensor } from '../../../test/support/reference.js';
import {
  basic,
  bottleneck,
  type Hook,
  invertedResidual,
  Layers,
  type UnitReference,
} from '../../../test/support/units.js';

const SITES = ['input', 'hidden-preact', 'hidden', 'branch', 'shortcut', 'output'] as const;
const SIZE = 32;

const narrow = { type: 'resnet', widths: [8, 12], depths: [2, 2], stem: { width: 8 } };

interface Place {
  readonly backbone: object | string;
  readonly reference: UnitReference;
  readonly stage: number;
  readonly block: number;
  readonly stride: number;
  /** Names of the units before and at the place, and of their last nodes. */
  readonly before: string;
  readonly unit: string;
  readonly end: string;
  readonly missing?: string;
}

const PLACES: Readonly<Record<string, Place>> = {
  'a basic unit': {
    backbone: { ...narrow, unit: 'basic' },
    reference: basic,
    ...{ stage: 1, block: 1, stride: 1, before: 'layer1.0.act2', unit: 'layer1.1', end: 'act2' },
  },
  'a basic unit with a projection': {
    backbone: { ...narrow, unit: 'basic' },
    reference: basic,
    ...{ stage: 2, block: 0, stride: 2, before: 'layer1.1.act2', unit: 'layer2.0', end: 'act2' },
  },
  'a bottleneck': {
    backbone: narrow,
    reference: bottleneck,
    ...{ stage: 1, block: 1, stride: 1, before: 'layer1.0.act3', unit: 'layer1.1', end: 'act3' },
  },
  'a bottleneck with a projection': {
    backbone: narrow,
    reference: bottleneck,
    ...{ stage: 2, block: 0, stride: 2, before: 'layer1.1.act3', unit: 'layer2.0', end: 'act3' },
  },
  'an inverted residual': {
    backbone: 'mobilenetv3_small',
    reference: invertedResidual,
    ...{ stage: 2, block: 1, stride: 1, before: 'blocks.1.0.bn3', unit: 'blocks.1.1', end: 'add' },
  },
  'an inverted residual without a shortcut': {
    backbone: 'mobilenetv3_small',
    reference: invertedResidual,
    ...{ stage: 2, block: 0, stride: 2, before: 'blocks.0.0.bn2', unit: 'blocks.1.0', end: 'bn3', missing: 'shortcut' },
  },
};

const SE = { type: 'se', ratio: 4, rounding: 'floor', label: 'att' } as const;

/** Attaches, runs, and gives the place's value beside what the loops make of the same input. */
function atPlace(
  { backbone, reference, stage, block, stride, before, unit, end }: Place,
  attach: object[],
  hook: (state: State) => Hook,
) {
  const where = { stages: [stage], blocks: [block] };
  const config = { backbone, attach: attach.map((entry) => ({ ...entry, where })) };
  const net = assembler.assemble(config as never, { inputShape: [SIZE, SIZE, 3] });
  const state = formulaState(net, 'timm', 1);
  const last = net.receipt.attachments.filter(({ site }) => site === 'output' || site === 'branch').at(-1)?.node;
  const unread =
    last && !net.graph.nodes.some(({ name, inputs }) => name.startsWith(`${unit}.`) && inputs.includes(last));
  const outputs = [before, unread ? last : `${unit}.${end}`];
  const [input, output] = runNodes(net, state, formulaInput(SIZE, SIZE, 3, 'nchw'), outputs);
  const x: Tensor = { shape: input!.shape.slice(1), data: input!.data };
  return { output: output!.data, x, expected: reference(x, new Layers(state, unit), stride, hook(state)), net };
}

const seOf = (state: State, unit: string, names?: [string, string]) => (x: Tensor) =>
  scaled(x, seGates(x, seWeights(state, `${unit}.att`, names)));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each(Object.entries(PLACES))('SE in %s', (_, place) => {
  const names: [string, string] =
    place.backbone === 'mobilenetv3_small' ? ['conv_reduce', 'conv_expand'] : ['fc1', 'fc2'];
  const plain = atPlacePlain(place);

  test.each(SITES.filter((site) => site !== place.missing))('at `%s` gates that, and nothing else', (site) => {
    const { output, expected } = atPlace(place, [{ ...SE, at: site }], (state) => (at, x) => {
      return at === site ? seOf(state, place.unit, names)(x) : x;
    });
    expect(relativeL2(output, Array.from(expected.data))).toBeLessThan(2e-6);
    expect(relativeL2(output, Array.from(plain().data)), 'the gate does something').toBeGreaterThan(1e-2);
  });
});

/** The place without attention: to tell what a gate changes. */
function atPlacePlain(place: Place): () => Tensor {
  let known: Tensor | undefined;
  return () => (known ??= atPlace(place, [], () => (_site, x) => x).expected);
}

describe('the order at one site', () => {
  const ecaGates = (x: Tensor, w: Float32Array) => {
    const means = overSpace(x, mean);
    return means.map((_, c) => sigmoid(w.reduce((sum, v, i) => sum + v * (means[c + i - (w.length - 1) / 2] ?? 0), 0)));
  };
  const eca = { type: 'eca', label: 'then' } as const;

  test.each(SITES)('at `%s` is that of the config', (at) => {
    const place = PLACES['a bottleneck']!;
    const inOrder = (first: object, second: object, order: (x: Tensor, gates: Gates) => Tensor) =>
      atPlace(
        place,
        [
          { ...first, at },
          { ...second, at },
        ],
        (state) => (site, x) => {
          const gates = {
            se: seOf(state, place.unit),
            eca: (v: Tensor) => scaled(v, ecaGates(v, state.get(`${place.unit}.then.conv.weight`)!)),
          };
          return site === at ? order(x, gates) : x;
        },
      );
    const seFirst = inOrder(SE, eca, (x, gates) => gates.eca(gates.se(x)));
    expect(relativeL2(seFirst.output, Array.from(seFirst.expected.data))).toBeLessThan(2e-6);
    const ecaFirst = inOrder(eca, SE, (x, gates) => gates.se(gates.eca(x)));
    expect(relativeL2(ecaFirst.output, Array.from(ecaFirst.expected.data))).toBeLessThan(2e-6);
    expect(relativeL2(seFirst.output, ecaFirst.output)).toBeGreaterThan(1e-4);
  });
});

interface Gates {
  readonly se: (x: Tensor) => Tensor;
  readonly eca: (x: Tensor) => Tensor;
}

test('`output` of the last unit is what taps and the classifier see', () => {
  const config = {
    backbone: { ...narrow, unit: 'basic' },
    attach: [{ ...SE, at: 'output', where: { blocks: 'last' } }],
  };
  const net = assembler.assemble(config as never, { inputShape: [SIZE, SIZE, 3] });
  const state = formulaState(net, 'timm', 1);
  const outputs = ['layer2.1.act2', net.taps[2]!, 'global_pool'];
  const [before, tap, pooled] = runNodes(net, state, formulaInput(SIZE, SIZE, 3, 'nchw'), outputs);
  const x: Tensor = { shape: before!.shape.slice(1), data: before!.data };
  const gated = seOf(state, 'layer2.1')(x);
  expect(relativeL2(tap!.data, gated.data)).toBeLessThan(2e-6);
  expect(relativeL2(pooled!.data, overSpace(gated, mean))).toBeLessThan(2e-6);
});
