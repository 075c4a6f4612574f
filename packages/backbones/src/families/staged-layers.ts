import { channelsOf, type GraphBuilder, type Node } from '@senet/core/graph';
import * as z from 'zod';
import { convNormAct, symmetric } from '../units/conv-norm-act.js';
import { activation, channels, epsilon, kernel, strides } from '../units/options.js';

/** Of a node, a stage or a scope. */
export const nodeName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z_][\w.-]*$/, 'a name starts with a letter and has no spaces or slashes');
const kernels = z.union([kernel, z.tuple([kernel, kernel])], {
  error: 'must be a whole number from 1 to 63, or two: [height, width]',
});
const sides = z.int().min(0).max(63);
const padding = z.union([z.enum(['symmetric', 'same', 'valid']), z.tuple([sides, sides, sides, sides])], {
  error: "must be 'symmetric' (half of the kernel on each side), 'same', 'valid' or [top, bottom, left, right]",
});
const pool = {
  size: kernels,
  stride: strides.optional().describe('by default the size'),
  padding: padding.default('valid'),
  ceil: z.boolean().default(false).describe("rounds the output's size up"),
  name: nodeName.optional(),
};

/** Of a convolution: called as those of units; what is left out follows the backbone. */
const convShape = {
  type: z.literal('conv').optional(),
  filters: channels,
  kernel: kernels.default(1),
  stride: strides.default(1),
  groups: z.int().min(1).max(65536).default(1),
  padding: padding.optional(),
  norm: z.boolean().default(true).describe('a batch normalization follows'),
  bias: z.boolean().optional().describe('by default where there is no normalization'),
  epsilon: epsilon.optional(),
  activation: activation.optional(),
  names: z.strictObject({ conv: nodeName, norm: nodeName, act: nodeName }).partial().optional(),
};

/** What only a normalization would read is wrong without one. */
function isWhole({ norm, epsilon, names }: z.output<z.ZodObject<typeof convShape>>): boolean {
  return norm || (epsilon === undefined && names?.norm === undefined);
}
const withoutNorm = { error: 'has no normalization: says neither `epsilon` nor `names.norm`' };
const conv = z.strictObject(convShape).refine(isWhole, withoutNorm);

const layers = {
  maxPool: z.strictObject({ type: z.literal('max-pool'), ...pool }),
  averagePool: z.strictObject({
    type: z.literal('average-pool'),
    ...pool,
    countPadding: z.boolean().default(false).describe('the mean is over the whole window, padding included'),
  }),
  dense: z.strictObject({
    type: z.literal('dense'),
    units: channels,
    bias: z.boolean().default(true),
    activation: activation.optional(),
    names: z.strictObject({ dense: nodeName, act: nodeName }).partial().optional(),
  }),
};

const tap = z
  .boolean()
  .optional()
  .describe('its value is a tap; by default where the next layer or stage has a stride');

/** A layer of the stem. */
export const stemLayer = z.discriminatedUnion('type', [
  z.strictObject({ ...convShape, tap }).refine(isWhole, withoutNorm),
  layers.maxPool.extend({ tap }),
  layers.averagePool.extend({ tap }),
]);
/** A layer on the last map, before the pooling. */
export const mapLayer = z.discriminatedUnion('type', [conv, layers.maxPool, layers.averagePool]);
/** A layer on the pooled channels `[1, 1, c]`. */
export const pooledLayer = z.discriminatedUnion('type', [conv, layers.dense]);

export type Layer = z.output<typeof mapLayer> | z.output<typeof pooledLayer>;
type Conv = z.output<typeof conv>;
type Pool = Extract<Layer, { readonly size: unknown }>;
type Dense = Extract<Layer, { readonly units: unknown }>;

/** What layers and units follow where they say nothing themselves. */
export const sharedShape = {
  activation: activation.optional(),
  epsilon: epsilon.optional(),
  padding: z.enum(['symmetric', 'same']).optional(),
};
export type Shared = z.output<z.ZodObject<typeof sharedShape>>;

/** How a place calls its only layer with weights, and the scope of its layers where it has several. */
export interface LayerNames {
  readonly only: { readonly conv: string; readonly norm: string; readonly act: string };
  readonly scope: string;
}

/** Builds a place's layers in their order and gives each one's value, nodes named as in timm. */
export function buildLayers(
  g: GraphBuilder,
  x: Node,
  given: readonly Layer[],
  names: LayerNames,
  shared: Shared,
): Node[] {
  const weighted = given.filter((layer) => !('size' in layer)).length;
  let value = x;
  return given.map((layer, i) => {
    const scope = `${names.scope}.${i}`;
    const own = weighted === 1 ? names.only : { conv: `${scope}.conv`, norm: `${scope}.bn`, act: `${scope}.act` };
    if ('size' in layer) value = buildPool(g, value, layer, `${scope}.pool`);
    else if ('units' in layer) value = buildDense(g, value, layer, own, shared);
    else value = buildConv(g, value, layer, own, shared);
    return value;
  });
}

function buildConv(g: GraphBuilder, x: Node, layer: Conv, own: LayerNames['only'], shared: Shared): Node {
  const { filters, kernel, stride, groups, norm, bias = !norm } = layer;
  const { padding = 'symmetric', epsilon, activation = 'relu' } = { ...shared, ...layer };
  const names = { ...own, ...layer.names };
  return convNormAct(g, x, {
    filters,
    kernel,
    strides: stride,
    groups,
    padding,
    epsilon,
    activation,
    bias,
    names: norm ? names : { ...names, norm: undefined },
  }).output;
}

function buildPool(g: GraphBuilder, x: Node, layer: Pool, own: string): Node {
  const { size, stride: strides, padding, ceil, name = own } = layer;
  const window = { size, strides, ceil, name, padding: padding === 'symmetric' ? symmetric(size) : padding };
  return layer.type === 'max-pool'
    ? g.maxPool(x, window)
    : g.averagePool(x, { ...window, countPadding: layer.countPadding });
}

function buildDense(g: GraphBuilder, x: Node, layer: Dense, own: LayerNames['only'], shared: Shared): Node {
  const { units, bias, activation = shared.activation ?? 'relu' } = layer;
  const { dense = own.conv, act = own.act } = layer.names ?? {};
  const flat = g.reshape(x, [channelsOf(x)], { name: `${dense}.flat` });
  const value = g.activation(g.dense(flat, { units, bias, name: dense }), activation, { name: act });
  return g.reshape(value, [1, 1, units], { name: `${dense}.pooled` });
}
