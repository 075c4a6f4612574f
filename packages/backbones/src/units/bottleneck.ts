import { defineUnit, zeros } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct } from './conv-norm-act.js';
import { activation, channels } from './options.js';
import { regularizationShape } from './regularization.js';
import { residual } from './residual.js';
import { shortcut, shortcutShape } from './shortcut.js';

/**
 * The bottleneck of ResNet (He et al. 2015, figure 5), with the groups of ResNeXt (Xie et al. 2016, figure 3c) and the
 * wider middle of SENet-154: 1×1, 3×3, 1×1 and a shortcut. Names as in timm's resnet.py: `conv1`, `bn1` … `downsample`.
 *
 * `[h, w, c]` → `[h / stride, w / stride, filters]`.
 */
export const bottleneck = defineUnit({
  type: 'bottleneck',
  summary: 'residual bottleneck of ResNet, ResNeXt and SENet-154',
  options: z.object({
    ...shortcutShape,
    ...regularizationShape,
    filters: channels.describe('channels of the output'),
    width: z.tuple([channels, channels]).describe('channels of the first and second convolution'),
    cardinality: z.int().min(1).max(4096).default(1).describe('groups of the 3×3 convolution'),
    strideAt: z.enum(['conv1', 'conv2']).default('conv2').describe('conv1: as in Caffe, conv2: as in torch'),
    activation: activation.default('relu'),
    padding: z
      .enum(['symmetric', 'same'])
      .default('symmetric')
      .describe('of the 3×3 convolutions at stride 2: as PyTorch or as TensorFlow pads'),
    zeroInitLast: z.boolean().default(false).describe('gamma of the last normalization starts at 0'),
  }),
  sites: ['input', 'hidden', 'hidden-preact', 'branch', 'shortcut', 'output'],
  defaultSite: 'branch',
  build(g, x, options) {
    const { filters, width, cardinality, stride, strideAt, epsilon, activation, convBias, padding, zeroInitLast } =
      options;
    const { dilation, firstDilation = dilation, dropBlock } = options;
    const common = { epsilon, bias: convBias };
    const names = (i: number) => ({ conv: `conv${i}`, norm: `bn${i}`, act: `act${i}` });
    const strides = (at: 'conv1' | 'conv2') => (at === strideAt ? stride : 1);
    const first = convNormAct(g, x, {
      ...common,
      filters: width[0],
      kernel: 1,
      strides: strides('conv1'),
      activation,
      names: names(1),
    });
    const second = convNormAct(g, first.output, {
      ...common,
      filters: width[1],
      kernel: 3,
      padding,
      strides: strides('conv2'),
      dilation: firstDilation,
      dropBlock,
      groups: cardinality,
      activation,
      names: names(2),
    });
    const gamma = zeroInitLast ? zeros : undefined;
    const third = convNormAct(g, second.output, { ...common, filters, kernel: 1, gamma, names: names(3) });
    const branch = { first, spatial: second, next: third, output: third.output };
    return residual(g, x, branch, () => shortcut(g, x, filters, options), 'act3', options);
  },
});
