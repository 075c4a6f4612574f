import type { Kernel, Runtime } from '../backend/contracts.js';
import type { Tensor, Tf } from '../backend/tfjs-internals.js';
import type { Geometry } from '../convolution/geometry.js';
import { depthwiseGeometryOf } from './geometry.js';
import { backwardStep, convolveWithin, reached, spread, sumOverPixels, type Tensor4D } from './images.js';

/** dx `[n, h, w, c]` from dy `[n, oh, ow, c·m]` and the filter `[kh, kw, c, m]`. */
export const depthwiseBackpropInput: Kernel<Runtime> = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  run({ tf }, { dy, filter }, attributes) {
    const geometry = depthwiseGeometryOf(tf, attributes.inputShape as number[], filter!.shape, attributes);
    return geometry && tf.tidy(() => inputGradient(tf, dy as Tensor4D, filter as Tensor4D, geometry));
  },
};

/** A depthwise convolution of dy, zeros between its pixels, with the reversed filter; then the sum over the multiplier. */
function inputGradient(tf: Tf, dy: Tensor4D, filter: Tensor4D, geometry: Geometry): Tensor {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inChannels } = geometry;
  const multiplier = filter.shape[3];
  const reversed = tf
    .reverse(filter, [0, 1])
    .reshape<Tensor4D>([filterHeight, filterWidth, inChannels * multiplier, 1]);
  const spreadDy = spread(tf, dy, strideHeight, strideWidth);
  const dx = convolveWithin(tf, tf.depthwiseConv2d, spreadDy, reversed, backwardStep(geometry));
  return multiplier === 1 ? dx : dx.reshape([...dx.shape.slice(0, 3), inChannels, multiplier]).sum(-1);
}

/** dW `[kh, kw, c, m]` from x `[n, h, w, c]` and dy `[n, oh, ow, c·m]`. */
export const depthwiseBackpropFilter: Kernel<Runtime> = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  run({ tf }, { x, dy }, attributes) {
    const geometry = depthwiseGeometryOf(tf, x!.shape, attributes.filterShape as number[], attributes);
    return geometry && tf.tidy(() => filterGradient(tf, x as Tensor4D, dy as Tensor4D, geometry));
  },
};

/** For every tap the sum of what it read times dy. */
function filterGradient(tf: Tf, x: Tensor4D, dy: Tensor4D, geometry: Geometry): Tensor {
  const { filterHeight, filterWidth, inChannels, outChannels, dilationHeight, dilationWidth } = geometry;
  const multiplier = outChannels / inChannels;
  const padded = repeatChannels(tf, reached(tf, x, geometry), multiplier);
  const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    const row = Math.floor(tap / filterWidth) * dilationHeight;
    const column = (tap % filterWidth) * dilationWidth;
    return tf.tidy(() => sumOverPixels(tf, tapInput(tf, padded, geometry, row, column).mul(dy)));
  });
  return tf.stack(taps).reshape([filterHeight, filterWidth, inChannels, multiplier]);
}

/** Every channel `times` times in a row. */
function repeatChannels(tf: Tf, x: Tensor4D, times: number): Tensor4D {
  if (times === 1) return x;
  const [n, h, w, c] = x.shape;
  return tf.mul(x.reshape([n * h * w, c, 1]), tf.ones([times])).reshape([n, h, w, c * times]);
}

/** The pixels that one tap reads. Strides by a convolution with ones: tfjs' strided slice goes an element at a time. */
function tapInput(tf: Tf, padded: Tensor4D, geometry: Geometry, row: number, column: number): Tensor4D {
  const { outHeight, outWidth, outChannels, strideHeight, strideWidth } = geometry;
  const height = (outHeight - 1) * strideHeight + 1;
  const width = (outWidth - 1) * strideWidth + 1;
  const slice = tf.slice4d(padded, [0, row, column, 0], [padded.shape[0], height, width, outChannels]);
  if (strideHeight === 1 && strideWidth === 1) return slice;
  return tf.depthwiseConv2d(slice, tf.ones([1, 1, outChannels, 1]), [strideHeight, strideWidth], 'valid');
}
