import { type Dimension, type Shape, shapeError, showShape } from '../shape.js';
import { ONE, type OpDefinition, SEVERAL } from './op.js';

/**
 * The activations, by Keras' names where Keras has them. Two hard sigmoids are in use and differ by up to 0.083:
 * `hard-sigmoid` is relu6(x + 3) / 6 (PyTorch, Keras 3, MobileNetV3); `hard-sigmoid-0.2` is clip(0.2 x + 0.5, 0, 1)
 * (Keras 2, TensorFlow.js, PaddlePaddle).
 */
export const ACTIVATIONS = [
  'linear',
  'relu',
  'relu6',
  'sigmoid',
  'hard-sigmoid',
  'hard-sigmoid-0.2',
  'tanh',
  'silu',
  'hard-swish',
  'elu',
  'selu',
  'gelu',
  'mish',
  'softplus',
  'softsign',
] as const;
export type ActivationName = (typeof ACTIVATIONS)[number];

export interface ActivationAttributes {
  readonly activation: ActivationName;
}

export const activation: OpDefinition<ActivationAttributes> = {
  summary: `elementwise activation: ${ACTIVATIONS.join(', ')}`,
  inputs: ONE,
  shape: (_attributes, [input]) => input!,
};

/** Softmax over the last axis. */
export const softmax: OpDefinition<object> = {
  summary: 'softmax over the last axis',
  inputs: ONE,
  shape: (_attributes, [input]) => input!,
};

export interface AffineAttributes {
  readonly scale: number;
  readonly offset: number;
}

/** scale · x + offset with two constants. */
export const affine: OpDefinition<AffineAttributes> = {
  summary: 'scale · x + offset with constant numbers',
  inputs: ONE,
  shape: (_attributes, [input]) => input!,
};

/** Merges of several values of one rank; dimensions of 1 broadcast: a gate `[1, 1, c]` multiplies a map `[h, w, c]`. */
const merge = (summary: string): OpDefinition<object> => ({
  summary,
  inputs: SEVERAL,
  shape: (_attributes, inputs) => inputs.reduce(broadcast),
});

export const add = merge('sum of its inputs');
export const multiply = merge('product of its inputs');
export const maximum = merge('largest of its inputs');
export const average = merge('mean of its inputs');

/** The end of a gated residual block in one node, which only passes make: networks are built of the three. */
export const gateAddRelu: OpDefinition<object> = {
  summary: 'relu of x · gate + shortcut, its three inputs',
  inputs: { min: 3, max: 3 },
  shape: (_attributes, inputs) => inputs.reduce(broadcast),
};

function broadcast(a: Shape, b: Shape): Shape {
  const fits = a.length === b.length && a.every((dimension, i) => compatible(dimension, b[i]!));
  if (!fits)
    throw shapeError(`${showShape(a)} and ${showShape(b)} do not broadcast`, 'equal shapes, or 1 where they differ');
  return a.map((dimension, i) => (dimension === 1 ? b[i]! : dimension === null && b[i] !== 1 ? b[i]! : dimension));
}

function compatible(a: Dimension, b: Dimension | undefined): boolean {
  return a === b || a === 1 || b === 1 || a === null || b === null;
}
