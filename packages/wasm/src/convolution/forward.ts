import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { multiplyPacked, panelBytes, rowsPerBlock } from '../matmul/product.js';
import type { Epilogue } from './epilogue.js';
import { type Geometry, isPointwise, paddedInput, runsOfWindow } from './geometry.js';
import { paddedImages } from './images.js';

/** y `[n, oh, ow, cout]` of a convolution, by implicit GEMM: the windows are read where they lie. */
export function convolve(
  runtime: NativeRuntime,
  x: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
  epilogue: Epilogue,
): TensorInfo {
  const { memory, native, spill } = runtime;
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideHeight, strideWidth } =
    geometry;
  const y = memory.output([batchSize, outHeight, outWidth, outChannels]);
  const packed = packedFilter(runtime, filter, geometry);
  const bias = memory.bias(epilogue.bias, outChannels);
  const { low, high } = epilogue;
  if (isPointwise(geometry)) {
    const sizes = { m: batchSize * inHeight * inWidth, k: inChannels, n: outChannels };
    multiplyPacked(runtime, sizes, memory.address(x), packed, memory.address(y), bias, epilogue);
    return y;
  }
  const padded = paddedInput(geometry);
  const row = padded.width * inChannels * 4;
  const taps = { rows: geometry.filterHeight, columns: geometry.filterWidth };
  const runs = runsOfWindow(taps, [geometry.dilationHeight, geometry.dilationWidth], row, inChannels);
  const offsets = memory.table('runs', runs.offsets);
  const size = { height: inHeight, width: inWidth, channels: inChannels };
  const yRow = outWidth * outChannels * 4;
  const image = paddedImages(runtime, memory.address(x), size, padded);
  for (let i = 0; i < batchSize; i++) {
    const from = image(i);
    native.gemmRows(
      ...([outHeight, outWidth, rowsPerBlock(strideHeight * row)] as const),
      ...([from, strideHeight * row, strideWidth * inChannels * 4, offsets, runs.offsets.length, runs.length] as const),
      ...([packed, outChannels, memory.address(y) + i * outHeight * yRow, yRow, outChannels * 4] as const),
      ...([bias, low, high, spill] as const),
    );
  }
  return y;
}

function packedFilter({ memory, native }: NativeRuntime, filter: TensorInfo, geometry: Geometry): number {
  const { filterHeight, filterWidth, inChannels, outChannels } = geometry;
  const k = filterHeight * filterWidth * inChannels;
  return memory.packed(filter, 'forward', panelBytes(k, outChannels), (to) =>
    native.packPanels(k, outChannels, memory.address(filter), outChannels, 1, to),
  );
}
