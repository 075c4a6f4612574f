import * as tf from '@tensorflow/tfjs';
import type { PoolAttributes } from '../graph/ops/pool.js';
import { slide } from '../graph/shape.js';
import { fullPadding } from './padding.js';

/**
 * Pooling with padding that no stock layer has: explicit, rounded up, counted or not. `x` is `[batch, h, w, c]`.
 * Max-pooling pads with −∞; averages divide by the values a window covers, or with `countPadding` by those and the
 * padding (what rounding up reaches over is never counted).
 */
export function runPool(x: tf.Tensor4D, attributes: PoolAttributes): tf.Tensor {
  const { kind, size, strides, countPadding } = attributes;
  const [, height, width] = x.shape;
  const window = { ...attributes, kernel: size };
  slide(height, width, window); // throws where a map of open size is too small: wasm would crash on it
  const padding = fullPadding(window, [height, width]);
  const around = axes(padding);
  if (kind === 'max') return tf.maxPool(tf.pad(x, around, Number.NEGATIVE_INFINITY), [...size], [...strides], 'valid');
  const means = tf.avgPool(tf.pad(x, around), [...size], [...strides], 'valid');
  const ones = countedArea(height, width, attributes, padding, countPadding);
  return tf.div(means, tf.avgPool(ones, [...size], [...strides], 'valid'));
}

/** Ones where a position counts, zeros elsewhere: `[1, h, w, 1]`, padding included. */
function countedArea(
  height: number,
  width: number,
  attributes: PoolAttributes,
  full: Four,
  countPadding: boolean,
): tf.Tensor4D {
  const counted: Four = countPadding && typeof attributes.padding !== 'string' ? [...attributes.padding] : [0, 0, 0, 0];
  const ones: tf.Tensor4D = tf.ones([1, height + counted[0] + counted[1], width + counted[2] + counted[3], 1]);
  return tf.pad(ones, axes(full.map((amount, side) => amount - counted[side]!) as Four));
}

type Four = [number, number, number, number];

function axes([top, bottom, left, right]: Four): [number, number][] {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
