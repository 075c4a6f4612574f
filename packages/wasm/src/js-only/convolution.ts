/**
 * The gradients of a convolution as convolutions: tfjs' wasm backend has no kernel for the filter's, and one for the
 * input's that does an element at a time.
 */
import type { Kernel, Runtime } from '../backend/contracts.js';
import type { Tf } from '../backend/tfjs-internals.js';
import { type Geometry, geometryOf, isPointwise } from '../convolution/geometry.js';
import { takes } from '../elementwise/shared.js';
import { filterGradientByViews, viewsWin } from './filter-views.js';
import { backwardStep, convolveWithin, reach, spread, type Tensor4D } from './images.js';
import { gridOf } from './tap-grid.js';

/** dW `[kh, kw, cin, cout]` from x `[n, h, w, cin]` and dy `[n, oh, ow, cout]`. */
export const conv2DBackpropFilter: Kernel<Runtime> = {
  name: 'Conv2DBackpropFilter',
  run(runtime, { x, dy }, attributes) {
    const { tf, aliases } = runtime;
    const geometry = geometryOf(tf, x!.shape, attributes.filterShape as number[], attributes);
    if (!geometry) return undefined;
    const grid = gridOf(geometry);
    return aliases && takes(x, dy) && viewsWin(geometry, grid)
      ? filterGradientByViews(runtime, aliases, { x: x!, dy: dy! }, geometry, grid)
      : tf.tidy(() => filterGradient(tf, x as Tensor4D, dy as Tensor4D, geometry));
  },
};

/**
 * dW(i, j) = Σ x(y·stride + i·dilation, …)·dy(y, …): a convolution of x by dy in which stride and dilation change places,
 * the batch is the channels that are summed over, and the channels of x are the batch.
 */
function filterGradient(tf: Tf, x: Tensor4D, dy: Tensor4D, geometry: Geometry): Tensor4D {
  const { inChannels, outChannels, filterHeight, filterWidth } = geometry;
  if (isPointwise(geometry)) {
    const columns = tf.transpose(x.reshape([-1, inChannels]));
    return tf
      .matMul(columns, dy.reshape([-1, outChannels]))
      .reshape([filterHeight, filterWidth, inChannels, outChannels]);
  }
  const images = tf.transpose(x, [3, 1, 2, 0]);
  const windows = tf.transpose(dy, [1, 2, 0, 3]);
  const gradient = convolveWithin(tf, tf.conv2d, images, windows, {
    ...reach(geometry),
    strides: [geometry.dilationHeight, geometry.dilationWidth],
    dilations: [geometry.strideHeight, geometry.strideWidth],
  });
  return tf.transpose(gradient, [1, 2, 0, 3]);
}

/** dx `[n, h, w, cin]` from dy `[n, oh, ow, cout]` and the filter `[kh, kw, cin, cout]`. */
export const conv2DBackpropInput: Kernel<Runtime> = {
  name: 'Conv2DBackpropInput',
  run({ tf }, { dy, filter }, attributes) {
    const geometry = geometryOf(tf, attributes.inputShape as number[], filter!.shape, attributes);
    return geometry && tf.tidy(() => inputGradient(tf, dy as Tensor4D, filter as Tensor4D, geometry));
  },
};

function inputGradient(tf: Tf, dy: Tensor4D, filter: Tensor4D, geometry: Geometry): Tensor4D {
  const { strideHeight, strideWidth } = geometry;
  if (strideHeight === strideWidth && strideHeight > 1) return byPhases(tf, dy, filter, geometry);
  const reversed = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return convolveWithin(tf, tf.conv2d, spread(tf, dy, strideHeight, strideWidth), reversed, backwardStep(geometry));
}

/**
 * With stride s every pixel of x meets only the taps of its phase, its row and column modulo s. One convolution of dy
 * computes all phases as s² groups of channels; depth-to-space puts them between each other.
 */
function byPhases(tf: Tf, dy: Tensor4D, filter: Tensor4D, geometry: Geometry): Tensor4D {
  const { strideHeight: stride, filterHeight, filterWidth, inChannels, inHeight, inWidth, padInfo } = geometry;
  const [n, oh, ow, outChannels] = dy.shape;
  const [down, across] = [Math.ceil(filterHeight / stride), Math.ceil(filterWidth / stride)];
  const whole = tf.pad4d(filter, [
    [0, down * stride - filterHeight],
    [0, across * stride - filterWidth],
    [0, 0],
    [0, 0],
  ]);
  const phases = tf
    .transpose(whole.reshape([down, stride, across, stride, inChannels, outChannels]), [0, 2, 5, 1, 3, 4])
    .reshape<Tensor4D>([down, across, outChannels, stride * stride * inChannels]);
  const rows = Math.ceil((inHeight + padInfo.top) / stride);
  const columns = Math.ceil((inWidth + padInfo.left) / stride);
  const groups = convolveWithin(tf, tf.conv2d, dy, tf.reverse(phases, [0, 1]), {
    rows: [down - 1, rows - oh],
    columns: [across - 1, columns - ow],
    strides: [1, 1],
    dilations: [1, 1],
  });
  return tf.slice4d(
    tf.depthToSpace(groups, stride, 'NHWC'),
    [0, padInfo.top, padInfo.left, 0],
    [n, inHeight, inWidth, inChannels],
  );
}
