import { channelsOf, defineUnit, type GraphBuilder, type Node, type Pair, zeros } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct } from './conv-norm-act.js';
import { activation, channels, dilation, epsilon, keepsSize, strides } from './options.js';
import { dropPath } from './regularization.js';
import { residual } from './residual.js';

/**
 * The bottleneck of RegNet (Radosavovic et al. 2020, figure 4): 1×1, grouped 3×3, 1×1 and a shortcut, all of one width.
 * Its SE stands after the 3×3 (RegNetY), so `hidden` is the default site. Names as in timm's regnet.py: `conv1.conv`,
 * `conv1.bn` … `downsample.conv`.
 *
 * `[h, w, c]` → `[h / stride, w / stride, filters]`.
 */
export const regnetBottleneck = defineUnit({
  type: 'regnet-bottleneck',
  summary: 'residual bottleneck of RegNet',
  options: z.object({
    filters: channels.describe('channels of the convolutions and of the output'),
    groups: z.int().min(1).max(4096).default(1).describe('of the 3×3 convolution'),
    stride: strides.default(1),
    dilation: dilation.default(1).describe('of the 3×3 convolution, where a stride was traded for it'),
    activation: activation.default('relu'),
    epsilon: epsilon.default(1e-5),
    dropPath: dropPath.describe('stochastic depth: share of the samples whose branch is dropped'),
    zeroInitLast: z.boolean().default(false).describe('gamma of the last normalization starts at 0'),
  }),
  sites: ['input', 'hidden', 'hidden-preact', 'branch', 'shortcut', 'output'],
  defaultSite: 'hidden',
  build(g, x, options) {
    const { filters, groups, stride, dilation, activation, epsilon, zeroInitLast } = options;
    const common = { filters, epsilon, activation };
    const first = convNormAct(g, x, { ...common, kernel: 1, names: namesOf('conv1') });
    const second = convNormAct(g, first.output, {
      ...common,
      kernel: 3,
      strides: stride,
      dilation,
      groups,
      names: namesOf('conv2'),
    });
    const third = convNormAct(g, second.output, {
      ...common,
      kernel: 1,
      activation: 'linear',
      gamma: zeroInitLast ? zeros : undefined,
      names: namesOf('conv3'),
    });
    const branch = { first, spatial: second, next: third, output: third.output };
    return residual(g, x, branch, () => around(g, x, filters, stride, epsilon), 'act3', options);
  },
});

/** timm's ConvNormAct keeps its three layers in a scope of their own. */
export function namesOf(scope: string) {
  return { conv: `${scope}.conv`, norm: `${scope}.bn`, act: `${scope}.act` };
}

function around(g: GraphBuilder, x: Node, filters: number, strides: number | Pair, epsilon: number): Node {
  if (keepsSize(strides) && channelsOf(x) === filters) return x;
  return convNormAct(g, x, { filters, kernel: 1, strides, epsilon, names: namesOf('downsample') }).output;
}
