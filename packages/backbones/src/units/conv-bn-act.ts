import { after, between, defineUnit } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct } from './conv-norm-act.js';
import { activation, channels, epsilon, oddKernel, strides } from './options.js';

/** A plain convolution with batch normalization and activation: timm's ConvBnAct (`cn` in its block strings). */
export const convBnAct = defineUnit({
  type: 'conv-bn-act',
  summary: 'convolution, batch normalization, activation',
  options: z.object({
    kernel: oddKernel.default(1),
    filters: channels,
    stride: strides.default(1),
    activation: activation.default('relu'),
    epsilon: epsilon.default(1e-5),
    padding: z.enum(['symmetric', 'same']).default('symmetric'),
  }),
  sites: ['input', 'output'],
  defaultSite: 'output',
  build(g, x, { filters, kernel, stride, activation, epsilon, padding }) {
    const names = { conv: 'conv', norm: 'bn1', act: 'act1' };
    const { conv, output } = convNormAct(g, x, {
      filters,
      kernel,
      strides: stride,
      epsilon,
      activation,
      padding,
      names,
    });
    return { output, stride, activation, sites: { input: between(g, x, conv), output: after(output) } };
  },
});
