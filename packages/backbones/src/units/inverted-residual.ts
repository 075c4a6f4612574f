import { after, between, channelsOf, defineUnit, makeDivisible, type Padding, type Pair } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct, normalize, symmetric } from './conv-norm-act.js';
import { activation, channels, dilation, epsilon, keepsSize, oddKernel, strides } from './options.js';
import { dropPath } from './regularization.js';

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
  options: z
    .object({
      kernel: oddKernel.default(3),
      expanded: channels.optional().describe("channels of the depthwise convolution, by default the input's"),
      expansion: z
        .number()
        .min(1)
        .max(64)
        .optional()
        .describe("in place of `expanded`: a multiple of the input's channels, rounded to eights as timm does"),
      expand: z.boolean().default(true).describe('false: no 1×1 expansion'),
      filters: channels,
      stride: strides.default(1),
      activation: activation.default('relu6'),
      projectionActivation: activation.default('linear').describe('after the projection: none but in MobileNetV1'),
      epsilon: epsilon.default(1e-5),
      padding: z
        .enum(['symmetric', 'same', 'end'])
        .default('symmetric')
        .describe("at stride 2: as PyTorch pads, as TensorFlow does, or whatever the size as 'same' pads even maps"),
      residual: z.boolean().default(true).describe('a shortcut where shapes allow it'),
      dilation: dilation.default(1).describe('of the depthwise convolution, where a stride was traded for it'),
      dropPath: dropPath.describe(
        'stochastic depth: share of the samples whose branch is dropped; for units with a shortcut',
      ),
    })
    .refine(
      ({ expand, expanded, expansion }) =>
        Number(!expand) + Number(expanded !== undefined) + Number(expansion !== undefined) <= 1,
      {
        error: 'says how wide it is more than once: takes one of `expanded`, `expansion` and `expand: false`',
      },
    ),
  sites: ['input', 'hidden', 'hidden-preact', 'branch', 'shortcut', 'output'],
  defaultSite: 'hidden',
  build(
    g,
    x,
    {
      kernel,
      expansion: factor,
      expanded = factor === undefined ? channelsOf(x) : makeDivisible(channelsOf(x) * factor),
      expand,
      filters,
      stride,
      activation,
      projectionActivation,
      epsilon,
      padding,
      residual,
      dilation,
      dropPath,
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
      dilation,
      padding: depthwisePadding(padding, kernel, { stride, dilation }),
      bias: false,
      name: deep.conv,
    });
    const norm = normalize(g, depthwise, deep.norm, { epsilon });
    const hidden = g.activation(norm, activation, { name: deep.act });
    const projection = convNormAct(g, hidden, {
      filters,
      kernel: 1,
      epsilon,
      activation: projectionActivation,
      names: last,
    });
    const skips = residual && keepsSize(stride) && channelsOf(x) === filters;
    const kept = skips ? g.dropPath(projection.output, dropPath, { name: 'drop_path' }) : projection.output;
    const output = skips ? g.add([kept, x], { name: 'add' }) : kept;
    return {
      output,
      stride,
      activation,
      sites: {
        input: between(g, x, expansion?.conv ?? depthwise),
        hidden: between(g, hidden, projection.conv),
        'hidden-preact': hidden === norm ? undefined : between(g, norm, hidden),
        branch: skips
          ? between(g, projection.output, kept === projection.output ? output : kept)
          : after(projection.output),
        shortcut: skips ? between(g, x, output) : undefined,
        output: after(output),
      },
    };
  },
});

function depthwisePadding(
  padding: 'symmetric' | 'same' | 'end',
  kernel: number,
  { stride, dilation }: { readonly stride: number | Pair; readonly dilation: number },
): Padding {
  if (padding === 'same') return 'same';
  if (padding === 'symmetric' || keepsSize(stride)) return symmetric(kernel, dilation);
  const half = Math.floor(kernel / 2);
  const [height, width] = typeof stride === 'number' ? [stride, stride] : stride;
  const before = (stride: number) => (stride === 1 ? half : Math.max(0, half - 1));
  return [before(height), half, before(width), half];
}
