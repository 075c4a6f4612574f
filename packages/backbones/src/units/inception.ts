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

const shape = { epsilon: epsilon.default(1e-3) };

/** Convolution + BN + ReLU under a scope, as torchvision's BasicConv2d: `Conv2d_1a_3x3.conv`, `.bn`. */
export function basicConv(
  g: GraphBuilder,
  x: Node,
  [name, filters, kernel, { strides = 1, valid = false } = {}]: Step,
  epsilon: number,
): Node {
  const names = { conv: 'conv', norm: 'bn', act: 'act' };
  const padding = valid ? 'valid' : 'symmetric';
  return g.scope(
    name,
    () => convNormAct(g, x, { filters, kernel, strides, padding, epsilon, activation: 'relu', names }).output,
  );
}

function chain(g: GraphBuilder, x: Node, steps: readonly Step[], epsilon: number): Node {
  return steps.reduce((value, step) => basicConv(g, value, step, epsilon), x);
}

/** torch's average pool counts the padding. */
function pooledPath(g: GraphBuilder, x: Node, filters: number, epsilon: number): Node {
  const pooled = g.averagePool(x, { size: 3, strides: 1, padding: [1, 1, 1, 1], countPadding: true, name: 'pool' });
  return basicConv(g, pooled, ['branch_pool', filters, 1], epsilon);
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
  options: z.object({ ...shape, pool: channels.describe('filters of the pooling path') }),
  sites: ['input', 'path:1x1', 'path:5x5', 'path:3x3dbl', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, { pool, epsilon }) =>
    join(g, x, 1, {
      '1x1': basicConv(g, x, ['branch1x1', 64, 1], epsilon),
      '5x5': chain(
        g,
        x,
        [
          ['branch5x5_1', 48, 1],
          ['branch5x5_2', 64, 5],
        ],
        epsilon,
      ),
      '3x3dbl': chain(
        g,
        x,
        [
          ['branch3x3dbl_1', 64, 1],
          ['branch3x3dbl_2', 96, 3],
          ['branch3x3dbl_3', 96, 3],
        ],
        epsilon,
      ),
      pool: pooledPath(g, x, pool, epsilon),
    }),
});

/** Module B: halves the size; adds 480 channels to its input's. */
export const inceptionB = defineUnit({
  type: 'inception-b',
  options: z.object(shape),
  sites: ['input', 'path:3x3', 'path:3x3dbl', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, { epsilon }) =>
    join(g, x, 2, {
      '3x3': basicConv(g, x, ['branch3x3', 384, 3, { strides: 2, valid: true }], epsilon),
      '3x3dbl': chain(
        g,
        x,
        [
          ['branch3x3dbl_1', 64, 1],
          ['branch3x3dbl_2', 96, 3],
          ['branch3x3dbl_3', 96, 3, { strides: 2, valid: true }],
        ],
        epsilon,
      ),
      pool: strongestPath(g, x),
    }),
});

/** Module C (figure 6): 7×7 as 1×7 and 7×1; `width` filters inside, 768 channels out. */
export const inceptionC = defineUnit({
  type: 'inception-c',
  options: z.object({ ...shape, width: channels.describe('filters inside the 7×7 paths') }),
  sites: ['input', 'path:1x1', 'path:7x7', 'path:7x7dbl', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, { width, epsilon }) =>
    join(g, x, 1, {
      '1x1': basicConv(g, x, ['branch1x1', 192, 1], epsilon),
      '7x7': chain(
        g,
        x,
        [
          ['branch7x7_1', width, 1],
          ['branch7x7_2', width, [1, 7]],
          ['branch7x7_3', 192, [7, 1]],
        ],
        epsilon,
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
        epsilon,
      ),
      pool: pooledPath(g, x, 192, epsilon),
    }),
});

/** Module D: halves the size; adds 512 channels to its input's. */
export const inceptionD = defineUnit({
  type: 'inception-d',
  options: z.object(shape),
  sites: ['input', 'path:3x3', 'path:7x7x3', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build: (g, x, { epsilon }) =>
    join(g, x, 2, {
      '3x3': chain(
        g,
        x,
        [
          ['branch3x3_1', 192, 1],
          ['branch3x3_2', 320, 3, { strides: 2, valid: true }],
        ],
        epsilon,
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
        epsilon,
      ),
      pool: strongestPath(g, x),
    }),
});

/** Module E (figure 7): 3×3 split into 1×3 beside 3×1; 2048 channels out. */
export const inceptionE = defineUnit({
  type: 'inception-e',
  options: z.object(shape),
  sites: ['input', 'path:1x1', 'path:3x3', 'path:3x3dbl', 'path:pool', 'output'],
  defaultSite: 'output',
  aliases,
  build(g, x, { epsilon }) {
    const split = (value: Node, name: string) =>
      g.concatenate(
        [
          basicConv(g, value, [`${name}a`, 384, [1, 3]], epsilon),
          basicConv(g, value, [`${name}b`, 384, [3, 1]], epsilon),
        ],
        { name: `${name}_concat` },
      );
    const single = basicConv(g, x, ['branch3x3_1', 384, 1], epsilon);
    const double = chain(
      g,
      x,
      [
        ['branch3x3dbl_1', 448, 1],
        ['branch3x3dbl_2', 384, 3],
      ],
      epsilon,
    );
    return join(g, x, 1, {
      '1x1': basicConv(g, x, ['branch1x1', 320, 1], epsilon),
      '3x3': split(single, 'branch3x3_2'),
      '3x3dbl': split(double, 'branch3x3dbl_3'),
      pool: pooledPath(g, x, 192, epsilon),
    });
  },
});
