import type { NativeRuntime } from '../backend/contracts.js';
import { panelBytes, panelsOf, rowsPerBlock, type Sizes, type Weights } from '../matmul/product.js';
import { strassenPays } from '../matmul/strassen.js';
import type { ResolvedOptions } from '../options.js';
import type { Epilogue } from './epilogue.js';
import type { Runs } from './geometry.js';
import { multiplyPixels } from './pointwise.js';

/** The windows of an image, as many as its outputs, and what is made of each: clamp(bias + window·B). Distances are bytes. */
export interface WindowProducts {
  readonly rows: number;
  readonly columns: number;
  /** From a row of windows to the next, and from a window to the next. */
  readonly row: number;
  readonly pixel: number;
  readonly runs: Runs;
  /** Address of the runs' offsets. */
  readonly offsets: number;
  readonly weights: Weights;
  /** From a row of outputs to the next, and from an output to the next. */
  readonly outputs: { readonly row: number; readonly pixel: number };
  /** Address. */
  readonly bias: number;
  readonly epilogue: Epilogue;
}

/** Computes them for one image, from the address of its first window to that of its first output. */
export type ForImage = (from: number, to: number) => void;

/** Bytes of windows that are gathered together. */
const GATHERED_BYTES = 2 ** 20;

/** How to multiply such windows: decided once for all images. */
export function windowMultiplier(runtime: NativeRuntime, products: WindowProducts): ForImage {
  const gathers = gatheringPays(products, products.weights, runtime.options, runtime.native.tallRows());
  return gathers ? gathering(runtime, products) : inPlace(runtime, products);
}

/**
 * Whether to gather windows first: in place, register tiles do not cross the rows of the image, a tile's sums pass through
 * memory between runs, and Strassen's algorithm has no matrix to halve. Parts of the product's time, measured
 * (`npm run bench:wasm`).
 */
export function gatheringPays(
  { rows, columns, runs }: Pick<WindowProducts, 'rows' | 'columns' | 'runs'>,
  { k, n }: Pick<Sizes, 'k' | 'n'>,
  options: ResolvedOptions,
  tallRows: number,
): boolean {
  const rest = columns % tallRows;
  const beside = rest < 2 ? 2 * rest : rest < 5 ? 4 : 6;
  const idle = (columns - rest + beside) / columns - 1;
  const passes = (2.3 * (1 - 1 / runs.offsets.length)) / runs.length;
  const strassen = strassenPays({ m: blockOf(rows * columns, k), k, n }, options) ? 0.09 : 0;
  const copies = (4 + 72 / runs.length) / n;
  return idle + passes + strassen > copies;
}

/** Windows to gather together. */
function blockOf(count: number, k: number): number {
  return Math.ceil(count / Math.ceil(count / Math.max(24, GATHERED_BYTES / (4 * k))));
}

function inPlace(runtime: NativeRuntime, products: WindowProducts): ForImage {
  const { native, spill } = runtime;
  const { rows, columns, row, pixel, runs, offsets, weights, outputs, bias, epilogue } = products;
  const { low, high } = epilogue;
  const packed = panelsOf(runtime, weights);
  return (from, to) =>
    native.gemmRows(
      ...([
        rows,
        columns,
        rowsPerBlock(rows, row, panelBytes(weights.k, weights.n)),
        from,
        row,
        pixel,
        offsets,
        runs.offsets.length,
        runs.length,
      ] as const),
      ...([packed, weights.n, to, outputs.row, outputs.pixel, bias, low, high, spill] as const),
    );
}

function gathering(runtime: NativeRuntime, products: WindowProducts): ForImage {
  const { memory, native } = runtime;
  const { rows, columns, row, pixel, runs, offsets, weights, outputs, bias, epilogue } = products;
  const { k, n } = weights;
  const count = rows * columns;
  const block = blockOf(count, k);
  const adjoin = outputs.pixel === 4 * n && outputs.row === columns * outputs.pixel;
  return (from, to) => {
    const gathered = memory.scratch('windows', 4 * block * k);
    const results = adjoin ? 0 : memory.scratch('window products', 4 * block * n);
    for (let first = 0; first < count; first += block) {
      const end = Math.min(count, first + block);
      native.gatherWindows(first, end, columns, from, row, pixel, offsets, runs.offsets.length, runs.length, gathered);
      const target = adjoin ? to + first * outputs.pixel : results;
      multiplyPixels(runtime, 1, end - first, gathered, weights, target, bias, epilogue);
      if (!adjoin) native.scatterPixels(first, end, columns, 4 * n, results, to, outputs.row, outputs.pixel);
    }
  };
}
