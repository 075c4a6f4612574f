import * as convolution from './convolution.js';
import { type DenseAttributes, dense } from './dense.js';
import * as dropping from './drop.js';
import * as elementwise from './elementwise.js';
import { type ForeignAttributes, foreign } from './foreign.js';
import { type BatchNormalizationAttributes, batchNormalization } from './normalization.js';
import type { OpDefinition } from './op.js';
import * as pooling from './pool.js';
import * as reshaping from './reshape.js';

/** The closed set of ops and the attributes of each. A target maps all of them, or it does not compile. */
export interface OpAttributes {
  input: reshaping.InputAttributes;
  conv2d: convolution.Conv2dAttributes;
  depthwiseConv2d: convolution.DepthwiseConv2dAttributes;
  conv1d: convolution.Conv1dAttributes;
  dense: DenseAttributes;
  batchNormalization: BatchNormalizationAttributes;
  activation: elementwise.ActivationAttributes;
  softmax: object;
  affine: elementwise.AffineAttributes;
  add: object;
  multiply: object;
  maximum: object;
  average: object;
  gateAddRelu: object;
  pool: pooling.PoolAttributes;
  reduce: pooling.ReduceAttributes;
  pad: pooling.PadAttributes;
  concatenate: object;
  reshape: reshaping.ReshapeAttributes;
  dropout: dropping.DropoutAttributes;
  dropPath: dropping.DropPathAttributes;
  dropBlock: dropping.DropBlockAttributes;
  foreign: ForeignAttributes;
}

export type OpName = keyof OpAttributes;

export const OPS: { readonly [Op in OpName]: OpDefinition<OpAttributes[Op]> } = {
  input: reshaping.input,
  conv2d: convolution.conv2d,
  depthwiseConv2d: convolution.depthwiseConv2d,
  conv1d: convolution.conv1d,
  dense,
  batchNormalization,
  activation: elementwise.activation,
  softmax: elementwise.softmax,
  affine: elementwise.affine,
  add: elementwise.add,
  multiply: elementwise.multiply,
  maximum: elementwise.maximum,
  average: elementwise.average,
  gateAddRelu: elementwise.gateAddRelu,
  pool: pooling.pool,
  reduce: pooling.reduce,
  pad: pooling.pad,
  concatenate: pooling.concatenate,
  reshape: reshaping.reshape,
  dropout: dropping.dropout,
  dropPath: dropping.dropPath,
  dropBlock: dropping.dropBlock,
  foreign,
};

/** The rules of an op, with its attributes' type erased: for code that handles every op alike. */
export function definitionOf(op: OpName): OpDefinition<OpAttributes[OpName]> {
  return OPS[op] as OpDefinition<OpAttributes[OpName]>;
}
