import { defineBackbone, unit } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct } from '../units/conv-norm-act.js';
import { activation, channels, epsilon } from '../units/options.js';
import { namesOf, regnetBottleneck } from '../units/regnet-bottleneck.js';
import { roundHalfToEven } from './half-even.js';
import { dropPath, outputStride } from './options.js';
import { tradeStrides } from './output-stride.js';

const options = z.object({
  depth: z.int().min(1).max(512).default(16).describe('units of all stages together'),
  w0: channels.multipleOf(8).default(48).describe('initial width; a multiple of 8'),
  wa: z.number().min(0).max(4096).default(27.89).describe('slope of the widths'),
  wm: z.number().gt(1).max(16).default(2.09).describe('widths grow by powers of it'),
  groupSize: channels.default(8).describe('channels of a group of the 3×3 convolutions'),
  stem: channels.default(32).describe('filters of the 3×3 stem of stride 2'),
  outputStride,
  dropPath: dropPath.describe('stochastic depth of the last unit, growing linearly from 0'),
  activation: activation.default('relu'),
  epsilon: epsilon.default(1e-5),
  zeroInitLast: z.boolean().default(true).describe("gamma of each branch's last normalization starts at 0"),
});
type RegNetOptions = z.output<typeof options>;

/**
 * RegNet (Radosavovic et al. 2020): stages from a quantized line of widths; RegNetY-400MF by default. Its SE is an
 * attachment of the recipe: without, this is RegNetX. Names and semantics as in timm's regnet.py.
 */
export const regnet = defineBackbone({
  type: 'regnet',
  summary: 'the trunk of any RegNetX or RegNetY; RegNetY-400MF by default',
  options,
  sites: regnetBottleneck.sites,
  spec: (options) => ({
    family: 'regnet',
    style: 'timm',
    semantics: { padding: 'symmetric', epsilon: options.epsilon.toExponential() },
    input: { shape: [224, 224, 3], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    stem(g, x) {
      const { stem: filters, epsilon, activation } = options;
      const names = namesOf('stem');
      const { output } = convNormAct(g, x, { filters, kernel: 3, strides: 2, epsilon, activation, names });
      return { output, taps: [output] };
    },
    stages: stagesOf(options),
    attention: { label: 'se', names: { reduce: 'fc1', expand: 'fc2' } },
    head: { classifier: 'head.fc' },
  }),
});

function stagesOf(options: RegNetOptions) {
  const { depth, outputStride, activation, epsilon, zeroInitLast } = options;
  const stages = regnetStages(options);
  const traded = tradeStrides(
    stages.map(() => 2),
    2,
    outputStride,
  );
  let index = 0;
  return stages.map(({ width, groups, units }, i) => ({
    name: `s${i + 1}`,
    units: Array.from({ length: units }, (_, j) => {
      const { stride, dilation, before } = traded[i]!;
      return unit(`s${i + 1}.b${j + 1}`, regnetBottleneck, {
        ...{ filters: width, groups, activation, epsilon, zeroInitLast },
        ...(j === 0 ? { stride, dilation: before } : { dilation }),
        dropPath: depth > 1 ? (options.dropPath * index++) / (depth - 1) : 0,
      });
    }),
  }));
}

/**
 * Units of equal width are a stage: unit j has w₀ · wₘ^⌊log(1 + wₐ·j / w₀) / log wₘ⌉ channels (equations 2 to 4), in
 * eights, then in whole groups.
 */
function regnetStages({ depth, w0, wa, wm, groupSize }: RegNetOptions) {
  const counts = new Map<number, number>();
  for (let j = 0; j < depth; j++) {
    const power = roundHalfToEven(Math.log(1 + (wa * j) / w0) / Math.log(wm));
    const width = 8 * roundHalfToEven((w0 * wm ** power) / 8);
    counts.set(width, (counts.get(width) ?? 0) + 1);
  }
  return [...counts].map(([width, units]) => {
    const group = Math.min(groupSize, width);
    const groups = roundHalfToEven(width / group);
    return { width: groups * group, groups, units };
  });
}
