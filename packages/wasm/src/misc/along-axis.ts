import { sizeOf } from '../backend/tensors.js';
import type { Tensor, Tf } from '../backend/tfjs-internals.js';

/** The transpose of a linear map, applied along one axis. `matrix` is `[to, from]`; `dy` has `to` values on the axis. */
export function transposedAlong(tf: Tf, dy: Tensor, axis: number, matrix: Tensor): Tensor {
  const [to, from] = matrix.shape as [number, number];
  const before = dy.shape.slice(0, axis);
  const after = dy.shape.slice(axis + 1);
  const outer = sizeOf(before);
  const flat = tf.reshape(dy, [outer, to, -1]);
  const all = tf.tile(tf.reshape(matrix, [1, to, from]), [outer, 1, 1]);
  return tf.reshape(tf.matMul(all, flat, true), [...before, from, ...after]);
}
