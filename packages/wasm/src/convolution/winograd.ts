import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { panelBytes } from '../matmul/product.js';
import type { TileSize } from './choose.js';
import { type Epilogue, PLAIN } from './epilogue.js';
import { filterGradientScratch } from './filter-gradient.js';
import { around, type Geometry } from './geometry.js';
import { paddedImages } from './images.js';
import { batchesOfTiles, strideOf, type Tiling, tilingOf } from './winograd-tiles.js';

/** Vectors of scratch that transforms need: two of the largest tile. */
const SCRATCH_BYTES = 2 * 36 * 16;

/** Bytes of transformed tiles in a batch, in and out: about what a second-level cache holds. */
const BATCH_BYTES = 160 * 1024;

/** Tiles that the filter's gradient sums up together, at least: its sums are read and written once a batch. */
const LEAST_SUMMED = 64;

/** y `[n, oh, ow, cout]` of a 3×3 convolution of stride 1 by Winograd's algorithm. */
export function winogradConvolve(
  runtime: NativeRuntime,
  x: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
  epilogue: Epilogue,
  size: TileSize,
): TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = geometry;
  return transformed(runtime, x, filter, epilogue, {
    size,
    ...{ batch: batchSize, height: inHeight, width: inWidth, channels: inChannels },
    ...{ outHeight, outWidth, outChannels, top: padInfo.top, left: padInfo.left, reversed: false },
  });
}

/** dx `[n, h, w, cin]` of such a convolution: one of dy `[n, oh, ow, cout]` with the filter reversed. */
export function winogradInputGradient(
  runtime: NativeRuntime,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
  size: TileSize,
): TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = geometry;
  return transformed(runtime, dy, filter, PLAIN, {
    size,
    ...{ batch: batchSize, height: outHeight, width: outWidth, channels: outChannels },
    ...{ outHeight: inHeight, outWidth: inWidth, outChannels: inChannels },
    ...{ top: 2 - padInfo.top, left: 2 - padInfo.left, reversed: true },
  });
}

/** A convolution as the transforms see it, forward or backward. */
interface Direction {
  readonly size: TileSize;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly top: number;
  readonly left: number;
  /** Whether the filter is `[3, 3, outChannels, channels]`, to be reversed. */
  readonly reversed: boolean;
}

function transformed(
  runtime: NativeRuntime,
  x: TensorInfo,
  filter: TensorInfo,
  epilogue: Epilogue,
  direction: Direction,
): TensorInfo {
  const { memory, native, noOffset, spill } = runtime;
  const { size, batch, channels, outHeight, outWidth, outChannels } = direction;
  const capacity = BATCH_BYTES / (4 * (size + 2) ** 2 * Math.max(channels, outChannels));
  const rows = native.tallRows(); // whole register tiles
  const tiling = tilingOf(size, outHeight, outWidth, batch, Math.max(2 * rows, capacity), rows);
  const { planes, columns } = tiling;
  const y = memory.output([batch, outHeight, outWidth, outChannels]);
  const scratch = memory.scratch('winograd', SCRATCH_BYTES);
  const weights = transformedFilter(runtime, filter, size, direction.reversed);
  const bias = epilogue === PLAIN ? 0 : memory.bias(epilogue.bias, outChannels);
  const zeros = memory.zeros(4 * (outChannels + 8));
  const vPlane = strideOf(tiling.capacity * channels);
  const mPlane = strideOf(tiling.capacity * outChannels);
  const v = memory.scratch('winograd inputs', planes * vPlane);
  const m = memory.scratch('winograd products', planes * mPlane);
  const padded = paddingFor(tiling, direction);
  const row = padded.width * channels * 4;
  const image = paddedImages(runtime, memory.address(x), direction, padded);
  for (const pieces of batchesOfTiles(tiling)) {
    for (const { index, from, to, at } of pieces) {
      native.winogradInput(
        size,
        from,
        to,
        columns,
        channels,
        image(index),
        row,
        v + at * channels * 4,
        vPlane,
        scratch,
      );
    }
    const tiles = pieces.at(-1)!.end;
    native.winogradProducts(
      ...([planes, tiles, channels, outChannels, v, vPlane, weights, m, mPlane, zeros, noOffset, spill] as const),
    );
    for (const { index, from, to, at } of pieces) {
      const target = memory.address(y) + index * outHeight * outWidth * outChannels * 4;
      native.winogradOutput(
        ...([size, from, to, columns, outChannels, outHeight, outWidth, m + at * outChannels * 4, mPlane] as const),
        ...([target, bias, epilogue.low, epilogue.high, scratch] as const),
      );
    }
  }
  return y;
}

/** dW `[3, 3, cin, cout]` of such a convolution, from x `[n, h, w, cin]` and dy `[n, oh, ow, cout]`. */
export function winogradFilterGradient(
  runtime: NativeRuntime,
  x: TensorInfo,
  dy: TensorInfo,
  geometry: Geometry,
  size: TileSize,
): TensorInfo {
  const { memory, native, noOffset } = runtime;
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = geometry;
  const capacity = (2 * BATCH_BYTES) / (4 * (size + 2) ** 2 * Math.max(inChannels, outChannels));
  const tiling = tilingOf(size, outHeight, outWidth, batchSize, Math.max(LEAST_SUMMED, capacity), 1);
  const { planes, columns } = tiling;
  const dw = memory.output([3, 3, inChannels, outChannels]);
  const scratch = memory.scratch('winograd', SCRATCH_BYTES);
  const weights = inChannels * outChannels;
  const duPlane = strideOf(weights);
  const du = memory.scratch('winograd filter', planes * duPlane);
  const vPlane = strideOf(tiling.capacity * inChannels);
  const dPlane = strideOf(tiling.capacity * outChannels);
  const v = memory.scratch('winograd inputs', planes * vPlane);
  const d = memory.scratch('winograd products', planes * dPlane);
  const forProducts = filterGradientScratch(runtime, tiling.capacity);
  const source = { height: inHeight, width: inWidth, channels: inChannels, top: padInfo.top, left: padInfo.left };
  const padded = paddingFor(tiling, source);
  const row = padded.width * inChannels * 4;
  const image = paddedImages(runtime, memory.address(x), source, padded);
  native.zero(du, planes * duPlane);
  for (const pieces of batchesOfTiles(tiling)) {
    for (const { index, from, to, at } of pieces) {
      native.winogradInput(
        size,
        from,
        to,
        columns,
        inChannels,
        image(index),
        row,
        v + at * inChannels * 4,
        vPlane,
        scratch,
      );
      const gradient = memory.address(dy) + index * outHeight * outWidth * outChannels * 4;
      native.winogradOutputGradient(
        ...([size, from, to, columns, outChannels, outHeight, outWidth, gradient] as const),
        ...([d + at * outChannels * 4, dPlane, scratch] as const),
      );
    }
    const tiles = pieces.at(-1)!.end;
    native.winogradFilterProducts(
      planes,
      tiles,
      inChannels,
      outChannels,
      v,
      vPlane,
      d,
      dPlane,
      du,
      duPlane,
      noOffset,
      forProducts,
    );
  }
  native.winogradFilterGradient(size, weights, du, duPlane, memory.address(dw), scratch);
  return dw;
}

/** The padding that lets every tile read a whole window. */
function paddingFor(tiling: Tiling, image: Pick<Direction, 'height' | 'width' | 'top' | 'left'>) {
  const { size, rows, columns } = tiling;
  const bottom = size * rows + 2 - image.top - image.height;
  const right = size * columns + 2 - image.left - image.width;
  return around(image.height, image.width, image.top, image.left, bottom, right);
}

function transformedFilter(
  { memory, native }: NativeRuntime,
  filter: TensorInfo,
  size: TileSize,
  reversed: boolean,
): number {
  const [, , inChannels, outChannels] = filter.shape as [number, number, number, number];
  const [k, n] = reversed ? [outChannels, inChannels] : [inChannels, outChannels];
  const scratch = memory.scratch('winograd', SCRATCH_BYTES);
  const key = `winograd ${size}${reversed ? ' reversed' : ''}`;
  return memory.packed(filter, key, (size + 2) ** 2 * panelBytes(k, n), (to) =>
    native.winogradFilter(size, inChannels, outChannels, memory.address(filter), reversed ? 1 : 0, to, scratch),
  );
}
