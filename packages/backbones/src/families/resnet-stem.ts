import type { GraphBuilder, Node } from '@senet/core/graph';
import { convNormAct } from '../units/conv-norm-act.js';
import type { ResNetOptions } from './resnet-options.js';
import type { Style } from './resnet-style.js';

interface Step {
  readonly filters: number;
  readonly kernel: number;
  readonly strides: number;
  readonly names: { readonly conv: string; readonly norm: string; readonly act: string };
}

/** The stem of a ResNet: tap 0 stands before its pool. */
export function resnetStem(
  g: GraphBuilder,
  x: Node,
  options: ResNetOptions,
  style: Style,
): { output: Node; taps: Node[] } {
  const { epsilon = style.epsilon, activation } = options;
  const common = { epsilon, activation, bias: style.convBias };
  const scope = options.style === 'caffe' ? 'layer0' : '';
  return g.scope(scope, () => {
    const tap = stepsOf(options).reduce((value, step) => convNormAct(g, value, { ...common, ...step }).output, x);
    return { output: pooled(g, tap, options, style), taps: [tap] };
  });
}

function stepsOf({ style, stem: { type, width, kernel, stride } }: ResNetOptions): Step[] {
  if (type === 'plain') {
    return [
      {
        filters: width,
        kernel,
        strides: stride,
        names: { conv: 'conv1', norm: 'bn1', act: style === 'caffe' ? 'relu1' : 'act1' },
      },
    ];
  }
  const first = type === 'deep-tiered' ? 3 * Math.max(1, Math.floor(width / 4)) : width;
  return [first, width, 2 * width].map((filters, i) => ({
    filters,
    kernel: 3,
    strides: i === 0 ? stride : 1,
    names: style === 'caffe' ? caffeNames(i) : timmNames(i),
  }));
}

function caffeNames(i: number) {
  return { conv: `conv${i + 1}`, norm: `bn${i + 1}`, act: `relu${i + 1}` };
}

/** timm keeps the three convolutions in one Sequential, and the last normalization outside of it. */
function timmNames(i: number) {
  if (i === 2) return { conv: 'conv1.6', norm: 'bn1', act: 'act1' };
  return { conv: `conv1.${3 * i}`, norm: `conv1.${3 * i + 1}`, act: `conv1.${3 * i + 2}` };
}

function pooled(g: GraphBuilder, x: Node, options: ResNetOptions, style: Style): Node {
  const { epsilon = style.epsilon, activation, stem } = options;
  if (stem.pool === 'none') return x;
  if (stem.pool === 'max')
    return g.maxPool(x, { ...style.stemPool, name: options.style === 'caffe' ? 'pool' : 'maxpool' });
  const filters = x.shape[2] as number;
  const names = { conv: 'maxpool.0', norm: 'maxpool.1', act: 'maxpool.2' };
  return convNormAct(g, x, { filters, kernel: 3, strides: 2, epsilon, activation, bias: style.convBias, names }).output;
}
