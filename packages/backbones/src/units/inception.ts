import {
  after,
  between,
  defineUnit,
  type GraphBuilder,
  type Node,
  type Pair,
  type UnitOutput,
} from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct } from './conv-norm-act.js';
import { channels, epsilon } from './options.js';

/** One convolution of a path: its name, filters, kernel, stride; `valid` without padding. */
type Step = readonly [
  name: string,
  filters: number,
  kernel: number | Pair,
  options?: { strides?: number; valid?: boolean },
];

/** Options of every module. */
export const inceptionShape = {
  epsilon: epsilon.default(1e-3),
  style: z
    .enum(['timm', 'keras'])
    .default('timm')
    .describe('keras: normalizations without gamma, average pools that do not count their padding'),
};
type Options = z.output<z.ZodObject<typeof inceptionShape>>;

/** Convolution + BN + ReLU under a scope, as torchvision's BasicConv2d: `Conv2d_1a_3x3.conv`, `.bn`. */
export function basicConv(
  g: GraphBuilder,
  x: Node,
  [name, filters, kernel, { strides = 1, valid = false } = {}]: Step,
  { epsilon, style }: Options,
): Node {
  const names = { conv: 'conv', norm: 'bn', act: 'act' };
  const padding = valid ? 'valid' : 'symmetric';
  const scale = style !== 'keras';
  return g.scope(
    name,
    () => convNormAct(g, x, { filters, kernel, strides, padding, epsilon, scale, activation: 'relu', names }).output,
  );
}

function chain(g: GraphBuilder, x: Node, steps: readonly Step[], options: Options): Node {
  return steps.reduce((value, step) => basicConv(g, value, step, options), x);
}

/** torch's average pool counts the padding, TensorFlow's does not. */
function pooledPath(g: GraphBuilder, x: Node, filters: number, options: Options): Node {
  const window = { size: 3, strides: 1, padding: [1, 1, 1, 1] } as const;
  const pooled = g.averagePool(x, { ...window, countPadding: options.style !== 'keras', name: 'pool' });
  return basicConv(g, pooled, ['branch_pool', filters, 1], options);
}

function strongestPath(g: GraphBuilder, x: Node): Node {
  return g.maxPool(x, { size: 3, strides: 2, name: 'branch_pool' });
}

/** Joins the paths; each is a site of its own, the concatenation is `output`. */
function join(g: GraphBuilder, x: Node, stride: number, paths: Readonly<Record<string, Node>>): UnitOutput {
  const readers = g.readersOf(x).map(({ node }) => node);
  const output = g.concatenate(Object.values(paths), { name: 'concat' });
  const sites = Object.entries(paths).map(([name, path]) => [`path:${name}`, between(g, path, output)]);
  const inside = readers.filter(({ name }) => g.find(name));
  return {
    output,
    stride,
    activation: 'relu',
    sites: { ...Object.fromEntries(sites), input: between(g, x, ...inside), output: after(output) },
  };
}

const aliases = { branch: 'output' } as const;

/** Module A (Szegedy et al. 2015b, figure 5): 1×1, 5×5, two 3×3, pool; `[h, w, c]` → `[h, w, 224 + pool]`. */
export const inceptionA = defineUnit({
  type: 'inception-a',
  options: z.object({ ...inceptionShape, pool: channels.describe('filters of the pooling path') }),
  sites: ['input', 'path:1x1', 'path:5x5', 'path:3x3dbl', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, { pool, ...options }) =>
    join(g, x, 1, {
      '1x1': basicConv(g, x, ['branch1x1', 64, 1], options),
      '5x5': chain(
        g,
        x,
        [
          ['branch5x5_1', 48, 1],
          ['branch5x5_2', 64, 5],
        ],
        options,
      ),
      '3x3dbl': chain(
        g,
        x,
        [
          ['branch3x3dbl_1', 64, 1],
          ['branch3x3dbl_2', 96, 3],
          ['branch3x3dbl_3', 96, 3],
        ],
        options,
      ),
      pool: pooledPath(g, x, pool, options),
    }),
});

/** Module B: halves the size; adds 480 channels to its input's. */
export const inceptionB = defineUnit({
  type: 'inception-b',
  options: z.object(inceptionShape),
  sites: ['input', 'path:3x3', 'path:3x3dbl', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, options) =>
    join(g, x, 2, {
      '3x3': basicConv(g, x, ['branch3x3', 384, 3, { strides: 2, valid: true }], options),
      '3x3dbl': chain(
        g,
        x,
        [
          ['branch3x3dbl_1', 64, 1],
          ['branch3x3dbl_2', 96, 3],
          ['branch3x3dbl_3', 96, 3, { strides: 2, valid: true }],
        ],
        options,
      ),
      pool: strongestPath(g, x),
    }),
});

/** Module C (figure 6): 7×7 as 1×7 and 7×1; `width` filters inside, 768 channels out. */
export const inceptionC = defineUnit({
  type: 'inception-c',
  options: z.object({ ...inceptionShape, width: channels.describe('filters inside the 7×7 paths') }),
  sites: ['input', 'path:1x1', 'path:7x7', 'path:7x7dbl', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, { width, ...options }) =>
    join(g, x, 1, {
      '1x1': basicConv(g, x, ['branch1x1', 192, 1], options),
      '7x7': chain(
        g,
        x,
        [
          ['branch7x7_1', width, 1],
          ['branch7x7_2', width, [1, 7]],
          ['branch7x7_3', 192, [7, 1]],
        ],
        options,
      ),
      '7x7dbl': chain(
        g,
        x,
        [
          ['branch7x7dbl_1', width, 1],
          ['branch7x7dbl_2', width, [7, 1]],
          ['branch7x7dbl_3', width, [1, 7]],
          ['branch7x7dbl_4', width, [7, 1]],
          ['branch7x7dbl_5', 192, [1, 7]],
        ],
        options,
      ),
      pool: pooledPath(g, x, 192, options),
    }),
});

/** Module D: halves the size; adds 512 channels to its input's. */
export const inceptionD = defineUnit({
  type: 'inception-d',
  options: z.object(inceptionShape),
  sites: ['input', 'path:3x3', 'path:7x7x3', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, options) =>
    join(g, x, 2, {
      '3x3': chain(
        g,
        x,
        [
          ['branch3x3_1', 192, 1],
          ['branch3x3_2', 320, 3, { strides: 2, valid: true }],
        ],
        options,
      ),
      '7x7x3': chain(
        g,
        x,
        [
          ['branch7x7x3_1', 192, 1],
          ['branch7x7x3_2', 192, [1, 7]],
          ['branch7x7x3_3', 192, [7, 1]],
          ['branch7x7x3_4', 192, 3, { strides: 2, valid: true }],
        ],
        options,
      ),
      pool: strongestPath(g, x),
    }),
});

/** Module E (figure 7): 3×3 split into 1×3 beside 3×1; 2048 channels out. */
export const inceptionE = defineUnit({
  type: 'inception-e',
  options: z.object(inceptionShape),
  sites: ['input', 'path:1x1', 'path:3x3', 'path:3x3dbl', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, options) =>
    join(g, x, 1, {
      '1x1': basicConv(g, x, ['branch1x1', 320, 1], options),
      '3x3': split(g, basicConv(g, x, ['branch3x3_1', 384, 1], options), 'branch3x3_2', options),
      '3x3dbl': split(
        g,
        chain(
          g,
          x,
          [
            ['branch3x3dbl_1', 448, 1],
            ['branch3x3dbl_2', 384, 3],
          ],
          options,
        ),
        'branch3x3dbl_3',
        options,
      ),
      pool: pooledPath(g, x, 192, options),
    }),
});

/** 1×3 beside 3×1. */
function split(g: GraphBuilder, x: Node, name: string, options: Options): Node {
  const across = basicConv(g, x, [`${name}a`, 384, [1, 3]], options);
  const down = basicConv(g, x, [`${name}b`, 384, [3, 1]], options);
  return g.concatenate([across, down], { name: `${name}_concat` });
}
