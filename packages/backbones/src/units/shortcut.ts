import { channelsOf, type GraphBuilder, type Node, type Pair } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct } from './conv-norm-act.js';
import { dilation, epsilon, keepsSize, strides } from './options.js';

/** How a residual unit's shortcut follows a change of size or channels. */
export const shortcutShape = {
  stride: strides.default(1),
  epsilon: epsilon.default(1e-5),
  convBias: z.boolean().default(false),
  downsample: z
    .enum(['conv', 'avg'])
    .default('conv')
    .describe('avg: an average pool does the stride, the convolution has none (ResNet-D)'),
  downsampleKernel: z
    .union([z.literal(1), z.literal(3)])
    .default(1)
    .describe('of the convolution where there is a stride'),
  downsampleNorm: z.boolean().default(true),
  dilation: dilation.default(1).describe('of the stage, where a stride was traded for it'),
  firstDilation: dilation.optional().describe("of this unit's strided convolutions, by default the stage's"),
};

export type ShortcutOptions = z.output<z.ZodObject<typeof shortcutShape>>;

/**
 * The shortcut of a residual unit: the input itself, or a projection where the size or the channels change. Names as
 * in timm: `downsample.0` and `.1`, after an average pool `.1` and `.2`.
 */
export function shortcut(g: GraphBuilder, x: Node, filters: number, options: ShortcutOptions): Node {
  const { stride, epsilon, convBias, downsample, downsampleKernel, downsampleNorm, dilation } = options;
  if (keepsSize(stride) && channelsOf(x) === filters) return x;
  return g.scope('downsample', () => {
    const average = downsample === 'avg';
    const pooled = average && !(keepsSize(stride) && dilation === 1) ? averaged(g, x, stride, dilation) : x;
    const first = average ? 1 : 0;
    const kernel = average || (keepsSize(stride) && dilation === 1) ? 1 : downsampleKernel;
    return convNormAct(g, pooled, {
      filters,
      kernel,
      strides: average ? 1 : stride,
      dilation: kernel > 1 ? (options.firstDilation ?? dilation) : 1,
      epsilon,
      bias: convBias,
      names: { conv: `${first}`, norm: downsampleNorm ? `${first + 1}` : undefined },
    }).output;
  });
}

/** timm's downsample_avg: windows of 2×2, rounded up; under dilation they keep the size, and the padding counts (AvgPool2dSame). */
function averaged(g: GraphBuilder, x: Node, strides: number | Pair, dilation: number): Node {
  if (dilation > 1)
    return g.averagePool(x, { size: 2, strides: 1, padding: [0, 1, 0, 1], countPadding: true, name: '0' });
  const size = typeof strides === 'number' ? 2 : ([Math.min(2, strides[0]), Math.min(2, strides[1])] as const);
  return g.averagePool(x, { size, strides, ceil: true, name: '0' });
}
