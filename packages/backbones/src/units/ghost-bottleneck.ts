import {
  type ActivationName,
  after,
  between,
  channelsOf,
  defineUnit,
  type GraphBuilder,
  type Node,
  type Pair,
  SenetError,
} from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct, normalize, symmetric } from './conv-norm-act.js';
import { channels, epsilon, keepsSize, oddKernel, strides } from './options.js';

/**
 * The ghost bottleneck of GhostNet (Han et al. 2020, figure 3): a ghost module widens, a strided depthwise convolution
 * where there is a stride, a linear ghost module narrows; no activation after the addition. Names as in timm's
 * ghostnet.py: `ghost1.primary_conv.0`, `ghost1.cheap_operation.0`, `conv_dw`, `bn_dw`, `shortcut.0`.
 *
 * `[h, w, c]` → `[h / stride, w / stride, filters]`.
 */
export const ghostBottleneck = defineUnit({
  type: 'ghost-bottleneck',
  summary: 'ghost bottleneck of GhostNet',
  options: z.object({
    kernel: oddKernel.default(3).describe('of the depthwise convolutions where there is a stride'),
    expanded: channels.describe('channels of the first ghost module; an even number'),
    filters: channels.describe('channels of the output; an even number'),
    stride: strides.default(1),
    epsilon: epsilon.default(1e-5),
  }),
  sites: ['input', 'hidden', 'branch', 'shortcut', 'output'],
  defaultSite: 'hidden',
  build(g, x, { kernel, expanded, filters, stride, epsilon }) {
    const wide = ghost(g, x, 'ghost1', expanded, 'relu', epsilon);
    const hidden = keepsSize(stride)
      ? wide.output
      : depthwise(g, wide.output, { conv: 'conv_dw', norm: 'bn_dw' }, kernel, stride, epsilon);
    const narrow = ghost(g, hidden, 'ghost2', filters, 'linear', epsilon);
    const around = shortcut(g, x, filters, kernel, stride, epsilon);
    const output = g.add([narrow.output, around], { name: 'add' });
    return {
      output,
      stride,
      activation: 'relu',
      sites: {
        input: between(g, x, wide.first),
        hidden: between(g, hidden, narrow.first),
        branch: between(g, narrow.output, output),
        shortcut: between(g, around, output),
        output: after(output),
      },
    };
  },
});

/** Half of the channels by a 1×1 convolution, the other half from those by a depthwise 3×3 (section 3.1). */
function ghost(g: GraphBuilder, x: Node, name: string, filters: number, activation: ActivationName, epsilon: number) {
  if (filters % 2 !== 0)
    throw new SenetError('ConfigInvalid', `a ghost module cannot halve ${filters} channels`, {
      path: g.path(name),
      expected: 'an even number',
    });
  const names = { conv: `${name}.primary_conv.0`, norm: `${name}.primary_conv.1`, act: `${name}.primary_conv.2` };
  const primary = convNormAct(g, x, { filters: filters / 2, kernel: 1, epsilon, activation, names });
  const cheap = depthwise(
    g,
    primary.output,
    { conv: `${name}.cheap_operation.0`, norm: `${name}.cheap_operation.1` },
    3,
    1,
    epsilon,
  );
  const ghosts = g.activation(cheap, activation, { name: `${name}.cheap_operation.2` });
  return { first: primary.conv, output: g.concatenate([primary.output, ghosts], { name }) };
}

function depthwise(
  g: GraphBuilder,
  x: Node,
  names: { conv: string; norm: string },
  kernel: number,
  strides: number | Pair,
  epsilon: number,
): Node {
  const conv = g.depthwiseConv2d(x, { kernel, strides, padding: symmetric(kernel), bias: false, name: names.conv });
  return normalize(g, conv, names.norm, { epsilon });
}

function shortcut(
  g: GraphBuilder,
  x: Node,
  filters: number,
  kernel: number,
  stride: number | Pair,
  epsilon: number,
): Node {
  if (keepsSize(stride) && channelsOf(x) === filters) return x;
  const strided = depthwise(g, x, { conv: 'shortcut.0', norm: 'shortcut.1' }, kernel, stride, epsilon);
  return convNormAct(g, strided, { filters, kernel: 1, epsilon, names: { conv: 'shortcut.2', norm: 'shortcut.3' } })
    .output;
}
