import { defineUnit, zeros } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct } from './conv-norm-act.js';
import { activation, channels } from './options.js';
import { regularizationShape } from './regularization.js';
import { residual } from './residual.js';
import { shortcut, shortcutShape } from './shortcut.js';

/**
 * The basic block of ResNet-18 and -34 (He et al. 2015, figure 5): two 3×3 convolutions and a shortcut. Names as in
 * timm's resnet.py.
 *
 * `[h, w, c]` → `[h / stride, w / stride, filters]`.
 */
export const basic = defineUnit({
  type: 'basic',
  summary: 'basic residual block of ResNet-18 and -34',
  options: z.object({
    ...shortcutShape,
    ...regularizationShape,
    filters: channels.describe('channels of the output'),
    width: channels.optional().describe('channels of the first convolution, by default those of the output'),
    activation: activation.default('relu'),
    branchActivation: z.boolean().default(false).describe('an activation ends the branch, as in legacy_seresnet18'),
    padding: z
      .enum(['symmetric', 'same'])
      .default('symmetric')
      .describe('of the 3×3 convolutions at stride 2: as PyTorch or as TensorFlow pads'),
    zeroInitLast: z.boolean().default(false).describe('gamma of the last normalization starts at 0'),
  }),
  sites: ['input', 'hidden', 'hidden-preact', 'branch', 'shortcut', 'output'],
  defaultSite: 'branch',
  build(g, x, options) {
    const {
      filters,
      width = filters,
      stride,
      epsilon,
      activation,
      branchActivation,
      convBias,
      padding,
      zeroInitLast,
    } = options;
    const { dilation, firstDilation = dilation, dropBlock } = options;
    const common = { kernel: 3, padding, epsilon, bias: convBias };
    const first = convNormAct(g, x, {
      ...common,
      filters: width,
      strides: stride,
      dilation: firstDilation,
      dropBlock,
      activation,
      names: { conv: 'conv1', norm: 'bn1', act: 'act1' },
    });
    const second = convNormAct(g, first.output, {
      ...common,
      filters,
      dilation,
      gamma: zeroInitLast ? zeros : undefined,
      activation: branchActivation ? activation : 'linear',
      names: { conv: 'conv2', norm: 'bn2', act: 'branch_act' },
    });
    const branch = { first, spatial: first, next: second, output: second.output };
    return residual(g, x, branch, () => shortcut(g, x, filters, options), 'act2', options);
  },
});
