import { channelsOf, type GraphBuilder, type Node } from '@senet/core/graph';
import { z } from 'zod';
import { convNormAct } from './conv-norm-act.js';
import { epsilon, stride } from './options.js';

/** How a residual unit's shortcut follows a change of size or channels. */
export const shortcutShape = {
  stride: stride.default(1),
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
};

type ShortcutOptions = z.output<z.ZodObject<typeof shortcutShape>>;

/**
 * The shortcut of a residual unit: the input itself, or a projection where the size or the channels change. Names as
 * in timm: `downsample.0` and `.1`, after an average pool `.1` and `.2`.
 */
export function shortcut(g: GraphBuilder, x: Node, filters: number, options: ShortcutOptions): Node {
  const { stride, epsilon, convBias, downsample, downsampleKernel, downsampleNorm } = options;
  if (stride === 1 && channelsOf(x) === filters) return x;
  return g.scope('downsample', () => {
    const pooled = downsample === 'avg' && stride > 1 ? averaged(g, x, stride) : x;
    const first = downsample === 'avg' ? 1 : 0;
    const kernel = stride > 1 && downsample === 'conv' ? downsampleKernel : 1;
    const strides = downsample === 'avg' ? 1 : stride;
    const names = { conv: `${first}`, norm: downsampleNorm ? `${first + 1}` : undefined };
    return convNormAct(g, pooled, { filters, kernel, strides, epsilon, bias: convBias, names }).output;
  });
}

/** timm's downsample_avg: windows of 2×2, rounded up, padding not counted. */
function averaged(g: GraphBuilder, x: Node, strides: number): Node {
  return g.averagePool(x, { size: 2, strides, ceil: true, name: '0' });
}
