import { after, between, channelsOf, defineUnit } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct, normalize, symmetric } from './conv-norm-act.js';
import { activation, channels, epsilon, oddKernel, stride } from './options.js';

/**
 * The inverted residual of MobileNetV2 and V3 (Sandler et al. 2018, figure 3b): 1×1 expansion, depthwise convolution,
 * linear 1×1 projection; a shortcut where neither size nor channels change. Without an expansion (`expanded` equal to
 * the input's channels and `expand: false`) it is MobileNet's depthwise separable convolution. Names as in timm's
 * _efficientnet_blocks.py: `conv_pw`, `conv_dw`, `conv_pwl`, or `conv_dw`, `conv_pw`.
 *
 * `[h, w, c]` → `[h / stride, w / stride, filters]`.
 */
export const invertedResidual = defineUnit({
  type: 'inverted-residual',
  summary: 'inverted residual of MobileNetV2 and V3; depthwise separable without expansion',
  options: z.object({
    kernel: oddKernel.default(3),
    expanded: channels.optional().describe("channels of the depthwise convolution, by default the input's"),
    expand: z.boolean().default(true).describe('false: no 1×1 expansion'),
    filters: channels,
    stride: stride.default(1),
    activation: activation.default('relu6'),
    projectionActivation: activation.default('linear').describe('after the projection: none but in MobileNetV1'),
    epsilon: epsilon.default(1e-5),
    padding: z
      .enum(['symmetric', 'same'])
      .default('symmetric')
      .describe('as PyTorch or as TensorFlow pads at stride 2'),
    residual: z.boolean().default(true).describe('a shortcut where shapes allow it'),
  }),
  sites: ['input', 'hidden', 'hidden-preact', 'branch', 'shortcut', 'output'],
  defaultSite: 'hidden',
  build(
    g,
    x,
    {
      kernel,
      expanded = channelsOf(x),
      expand,
      filters,
      stride,
      activation,
      projectionActivation,
      epsilon,
      padding,
      residual,
    },
  ) {
    const [wide, deep, last] = expand
      ? [
          { conv: 'conv_pw', norm: 'bn1', act: 'act1' },
          { conv: 'conv_dw', norm: 'bn2', act: 'act2' },
          { conv: 'conv_pwl', norm: 'bn3', act: 'act3' },
        ]
      : [undefined, { conv: 'conv_dw', norm: 'bn1', act: 'act1' }, { conv: 'conv_pw', norm: 'bn2', act: 'act2' }];
    const expansion = wide && convNormAct(g, x, { filters: expanded, kernel: 1, epsilon, activation, names: wide });
    const depthwise = g.depthwiseConv2d(expansion?.output ?? x, {
      kernel,
      strides: stride,
      padding: padding === 'same' ? 'same' : symmetric(kernel),
      bias: false,
      name: deep.conv,
    });
    const norm = normalize(g, depthwise, deep.norm, epsilon);
    const hidden = g.activation(norm, activation, { name: deep.act });
    const projection = convNormAct(g, hidden, {
      filters,
      kernel: 1,
      epsilon,
      activation: projectionActivation,
      names: last,
    });
    const skips = residual && stride === 1 && channelsOf(x) === filters;
    const output = skips ? g.add([projection.output, x], { name: 'add' }) : projection.output;
    return {
      output,
      stride,
      activation,
      sites: {
        input: between(g, x, expansion?.conv ?? depthwise),
        hidden: between(g, hidden, projection.conv),
        'hidden-preact': hidden === norm ? undefined : between(g, norm, hidden),
        branch: skips ? between(g, projection.output, output) : after(projection.output),
        shortcut: skips ? between(g, x, output) : undefined,
        output: after(output),
      },
    };
  },
});
