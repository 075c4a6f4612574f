import { type ActivationName, type BackboneSpec, defineBackbone, type UnitSpec, unit } from '@senet/core/graph';
import * as z from 'zod';
import { convBnAct } from '../units/conv-bn-act.js';
import { convNormAct } from '../units/conv-norm-act.js';
import { invertedResidual } from '../units/inverted-residual.js';
import { epsilon } from '../units/options.js';

/** kernel, expanded channels, channels out, stride, activation */
type Row = readonly [kernel: number, expanded: number, filters: number, stride: number, activation: ActivationName];

/** Howard et al. 2019, table 2; stages as timm groups them. */
const SMALL: readonly (readonly Row[])[] = [
  [[3, 16, 16, 2, 'relu']],
  [
    [3, 72, 24, 2, 'relu'],
    [3, 88, 24, 1, 'relu'],
  ],
  [
    [5, 96, 40, 2, 'hard-swish'],
    [5, 240, 40, 1, 'hard-swish'],
    [5, 240, 40, 1, 'hard-swish'],
  ],
  [
    [5, 120, 48, 1, 'hard-swish'],
    [5, 144, 48, 1, 'hard-swish'],
  ],
  [
    [5, 288, 96, 2, 'hard-swish'],
    [5, 576, 96, 1, 'hard-swish'],
    [5, 576, 96, 1, 'hard-swish'],
  ],
];

interface Table {
  readonly stem: number;
  readonly rows: readonly (readonly Row[])[];
  /** Channels of the last 1×1 convolution, and of the layer after the pooling. */
  readonly last: number;
  readonly head: number;
}

const options = z.object({
  epsilon: epsilon.default(1e-5).describe('of batch normalization: 1e-5 as timm trains, 1e-3 as TensorFlow does'),
});

/**
 * MobileNetV3-Small (Howard et al. 2019, table 2). Its SE is an attachment of the recipe: the trunk has none. Names and
 * semantics as in timm's mobilenetv3.py.
 */
export const mobilenetv3Small = defineBackbone({
  type: 'mobilenetv3_small',
  summary: 'the trunk of MobileNetV3-Small',
  options,
  sites: invertedResidual.sites,
  spec: (chosen) => mobilenetv3({ stem: 16, rows: SMALL, last: 576, head: 1024 }, chosen),
});

function mobilenetv3({ stem, rows, last, head }: Table, { epsilon }: z.output<typeof options>): BackboneSpec {
  const stages = rows.map((stage, i) => ({
    name: `blocks.${i}`,
    tap: isLastAtItsSize(rows, i),
    units: stage.map((row, j) => unitOf(`blocks.${i}.${j}`, row, i === 0, epsilon)),
  }));
  const name = `blocks.${rows.length}`;
  const end = unit(`${name}.0`, convBnAct, { filters: last, kernel: 1, activation: 'hard-swish', epsilon });
  return {
    family: 'mobilenetv3',
    style: 'timm',
    semantics: { padding: 'symmetric', epsilon: epsilon.toExponential(), gate: 'relu6(x + 3) / 6' },
    input: { shape: [224, 224, 3], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    stem(g, x) {
      const names = { conv: 'conv_stem', norm: 'bn1', act: 'act1' };
      const { output } = convNormAct(g, x, {
        filters: stem,
        kernel: 3,
        strides: 2,
        epsilon,
        activation: 'hard-swish',
        names,
      });
      return { output, taps: rows[0]![0]![3] > 1 ? [output] : [] };
    },
    stages: [...stages, { name, units: [end] }],
    attention: { label: 'se', names: { reduce: 'conv_reduce', expand: 'conv_expand' } },
    head: {
      classifier: 'classifier',
      afterPool: (g, x) =>
        g.activation(g.conv2d(x, { filters: head, kernel: 1, name: 'conv_head' }), 'hard-swish', { name: 'act2' }),
    },
  };
}

/** timm's feature taps: the last stage before the next halving; the final convolution stands for the last of all. */
function isLastAtItsSize(rows: readonly (readonly Row[])[], stage: number): boolean {
  return stage + 1 < rows.length && rows[stage + 1]![0]![3] > 1;
}

function unitOf(
  name: string,
  [kernel, expanded, filters, stride, activation]: Row,
  separable: boolean,
  epsilon: number,
): UnitSpec {
  const width = separable ? {} : { expanded };
  return unit(name, invertedResidual, { kernel, ...width, expand: !separable, filters, stride, activation, epsilon });
}
