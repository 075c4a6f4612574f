import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import type { Weights } from '../matmul/product.js';
import type { Epilogue } from './epilogue.js';
import { type Geometry, isPointwise, paddedInput, runsOfWindow } from './geometry.js';
import { paddedImages } from './images.js';
import { multiplyPixels } from './pointwise.js';
import { windowMultiplier } from './windows.js';

/** y `[n, oh, ow, cout]` of a convolution, as a product of its windows, most of which are read where they lie. */
export function convolve(
  runtime: NativeRuntime,
  x: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
  epilogue: Epilogue,
): TensorInfo {
  const { memory } = runtime;
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideHeight, strideWidth } =
    geometry;
  const y = memory.output([batchSize, outHeight, outWidth, outChannels]);
  const weights = weightsOf(runtime, filter, geometry);
  const bias = memory.bias(epilogue.bias, outChannels);
  if (isPointwise(geometry)) {
    const [from, to] = [memory.address(x), memory.address(y)];
    multiplyPixels(runtime, batchSize, inHeight * inWidth, from, weights, to, bias, epilogue);
    return y;
  }
  const padded = paddedInput(geometry);
  const row = padded.width * inChannels * 4;
  const taps = { rows: geometry.filterHeight, columns: geometry.filterWidth };
  const runs = runsOfWindow(taps, [geometry.dilationHeight, geometry.dilationWidth], row, inChannels);
  const offsets = memory.table('runs', runs.offsets);
  const size = { height: inHeight, width: inWidth, channels: inChannels };
  const [yRow, yPixel] = [outWidth * outChannels * 4, outChannels * 4];
  const image = paddedImages(runtime, memory.address(x), size, padded);
  const multiply = windowMultiplier(runtime, {
    ...{ rows: outHeight, columns: outWidth, row: strideHeight * row, pixel: strideWidth * inChannels * 4 },
    ...{ runs, offsets, weights, outputs: { row: yRow, pixel: yPixel }, bias, epilogue },
  });
  for (let i = 0; i < batchSize; i++) multiply(image(i), memory.address(y) + i * outHeight * yRow);
  return y;
}

function weightsOf({ memory, native }: NativeRuntime, filter: TensorInfo, geometry: Geometry): Weights {
  const { filterHeight, filterWidth, inChannels, outChannels: n } = geometry;
  const k = filterHeight * filterWidth * inChannels;
  const pack = (to: number) => native.packPanels(k, n, memory.address(filter), n, 1, to);
  return { tensor: filter, key: 'forward', k, n, pack };
}
