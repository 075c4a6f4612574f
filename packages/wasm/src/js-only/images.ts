import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor, Tf } from '../backend/tfjs-internals.js';
import type { Geometry } from '../convolution/geometry.js';

export type Tensor4D = tfjs.Tensor4D;

/** Rows or columns to add before and after an image; negative ones are cut off. */
export type Margin = readonly [before: number, after: number];

/** A convolution of stride or dilation 1 whose output is wanted, not its padding: margins may be negative. */
export interface Step {
  readonly rows: Margin;
  readonly columns: Margin;
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

type Convolution = Tf['conv2d'] | Tf['depthwiseConv2d'];

/** `convolution` of `x` `[n, h, w, c]` with margins. */
export function convolveWithin(tf: Tf, convolution: Convolution, x: Tensor4D, filter: Tensor4D, step: Step): Tensor4D {
  const { rows, columns, strides, dilations } = step;
  const cut = cropped(tf, x, rows, columns);
  const pad: Parameters<Tf['conv2d']>[3] = [[0, 0], positive(rows), positive(columns), [0, 0]];
  return convolution(cut, filter, [...strides], pad, 'NHWC', [...dilations]);
}

const positive = (margin: Margin): [number, number] => [Math.max(0, margin[0]), Math.max(0, margin[1])];

function cropped(tf: Tf, x: Tensor4D, rows: Margin, columns: Margin): Tensor4D {
  const [top, bottom, left, right] = [...rows, ...columns].map((margin) => Math.max(0, -margin)) as Quad;
  if (top + bottom + left + right === 0) return x;
  const [n, h, w, c] = x.shape;
  return tf.slice4d(x, [0, top, left, 0], [n, h - top - bottom, w - left - right, c]);
}

/** The input as its windows see it: padded, or cut, to what they reach. */
export function reached(tf: Tf, x: Tensor4D, geometry: Geometry): Tensor4D {
  const { rows, columns } = reach(geometry);
  return tf.pad4d(cropped(tf, x, rows, columns), [[0, 0], positive(rows), positive(columns), [0, 0]]);
}

/** What to add to the input so that its windows cover it exactly. */
export function reach(geometry: Geometry): { rows: Margin; columns: Margin } {
  const { padInfo, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = geometry;
  const bottom = (outHeight - 1) * strideHeight + geometry.effectiveFilterHeight - padInfo.top - inHeight;
  const right = (outWidth - 1) * strideWidth + geometry.effectiveFilterWidth - padInfo.left - inWidth;
  return { rows: [padInfo.top, bottom], columns: [padInfo.left, right] };
}

/** `[n, h, w, c]` to `[n, h·down, w·across, c]`: zeros below and right of every pixel. */
export function spread(tf: Tf, x: Tensor4D, down: number, across: number): Tensor4D {
  if (down === 1 && across === 1) return x;
  const [n, h, w, c] = x.shape;
  const widened = tf.pad3d(x.reshape([n * h * w, 1, c]), [
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const rows = widened.reshape<tfjs.Tensor3D>([n * h, 1, w * across * c]);
  return tf
    .pad3d(rows, [
      [0, 0],
      [0, down - 1],
      [0, 0],
    ])
    .reshape([n, h * down, w * across, c]);
}

/** The margins around dy, zeros between its pixels included, from which a convolution of stride 1 gives the input's size. */
export function backwardStep(geometry: Geometry): Step {
  const { padInfo, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = geometry;
  const rows = backwardMargin(geometry.effectiveFilterHeight, padInfo.top, inHeight, outHeight * strideHeight);
  const columns = backwardMargin(geometry.effectiveFilterWidth, padInfo.left, inWidth, outWidth * strideWidth);
  return { rows, columns, strides: [1, 1], dilations: [geometry.dilationHeight, geometry.dilationWidth] };
}

function backwardMargin(extent: number, pad: number, inputs: number, outputs: number): Margin {
  const before = extent - 1 - pad;
  return [before, inputs + extent - 1 - before - outputs];
}

/**
 * Sums over all but the last axis. tfjs' own sum over leading axes transposes first; average pooling does not. First over
 * columns, then over rows, as the rounding errors of one long sum would add up.
 *
 * @param x `[n, h, w, c]`
 * @returns `[c]`
 */
export function sumOverPixels(tf: Tf, x: Tensor4D): Tensor {
  const [n, h, w, c] = x.shape;
  const rows = w === 1 ? x : tf.avgPool(x.reshape<Tensor4D>([1, n * h, w, c]), [1, w], 1, 'valid');
  const column = rows.reshape<Tensor4D>([1, n * h, 1, c]);
  const mean = n * h === 1 ? column : tf.avgPool(column, [n * h, 1], 1, 'valid');
  return mean.reshape([c]).mul(n * h * w);
}

type Quad = [number, number, number, number];
