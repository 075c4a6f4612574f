import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { type Geometry, isPointwise, paddedInput, runsOfWindow } from './geometry.js';
import { paddedImages } from './images.js';

/** Pixels that pass all tiles of dW together: eight columns of dY then take a quarter of the first-level cache. */
const BLOCK_PIXELS = 64;

/** Scratch space of the kernel, for that many pixels together. */
export function filterGradientScratch({ memory }: NativeRuntime, pixels: number): number {
  return memory.scratch('filter gradient', 192 + 56 * pixels + 16384);
}

/** dW `[kh, kw, cin, cout]` of a convolution, from x `[n, h, w, cin]` and dy `[n, oh, ow, cout]`. */
export function filterGradient(runtime: NativeRuntime, x: TensorInfo, dy: TensorInfo, geometry: Geometry): TensorInfo {
  const { memory, native } = runtime;
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideHeight, strideWidth } =
    geometry;
  const dw = memory.zeroOutput([geometry.filterHeight, geometry.filterWidth, inChannels, outChannels]);
  if (isPointwise(geometry)) {
    const pixels = batchSize * inHeight * inWidth;
    accumulateProducts(
      runtime,
      pixels,
      inChannels,
      outChannels,
      memory.address(x),
      memory.address(dy),
      memory.address(dw),
    );
    return dw;
  }
  const block = Math.max(1, Math.floor(BLOCK_PIXELS / outWidth));
  const scratch = filterGradientScratch(runtime, block * outWidth);
  const padded = paddedInput(geometry);
  const row = padded.width * inChannels * 4;
  const taps = { rows: geometry.filterHeight, columns: geometry.filterWidth };
  const runs = runsOfWindow(taps, [geometry.dilationHeight, geometry.dilationWidth], row, inChannels);
  const offsets = memory.table('runs', runs.offsets);
  const dyRow = outWidth * outChannels * 4;
  const size = { height: inHeight, width: inWidth, channels: inChannels };
  const image = paddedImages(runtime, memory.address(x), size, padded);
  for (let i = 0; i < batchSize; i++) {
    const from = image(i);
    native.filterGradient(
      ...([outHeight, outWidth, block] as const),
      ...([offsets, runs.offsets.length, runs.length, outChannels] as const),
      ...([from, strideWidth * inChannels * 4, strideHeight * row] as const),
      ...([memory.address(dy) + i * outHeight * dyRow, memory.address(dw), scratch] as const),
    );
  }
  return dw;
}

/** c[k][n] += a[pixels][k]ᵀ·b[pixels][n]. */
export function accumulateProducts(
  runtime: NativeRuntime,
  pixels: number,
  k: number,
  n: number,
  a: number,
  b: number,
  c: number,
): void {
  const { native, noOffset } = runtime;
  const blocks = Math.ceil(pixels / BLOCK_PIXELS);
  const row = Math.ceil(pixels / blocks); // all blocks alike: a short last one would cost nearly as much as a long one
  const scratch = filterGradientScratch(runtime, row);
  for (let from = 0; from < pixels; from += row) {
    const count = Math.min(row, pixels - from);
    const [aRow, bRow] = [a + from * k * 4, b + from * n * 4];
    native.filterGradient(1, count, 1, noOffset, 1, k, n, aRow, k * 4, 0, bRow, c, scratch);
  }
}
