import type { NativeRuntime } from '../backend/contracts.js';
import { panelsOf, rowsPerBlock, type Sizes, type Weights } from '../matmul/product.js';
import { strassenPays } from '../matmul/strassen.js';
import type { ResolvedOptions } from '../options.js';
import type { Epilogue } from './epilogue.js';
import type { Runs } from './geometry.js';
import { multiplyPixels } from './pointwise.js';

/** The windows of one image, as many as its outputs. Distances are bytes. */
export interface Windows {
  readonly rows: number;
  readonly columns: number;
  /** Address of the first one. */
  readonly address: number;
  /** From a row of windows to the next, and from a window to the next. */
  readonly row: number;
  readonly pixel: number;
  readonly runs: Runs;
  /** Address of the runs' offsets. */
  readonly offsets: number;
}

/** Where the results go: the same distances, of outputs. */
export interface Outputs {
  readonly address: number;
  readonly row: number;
  readonly pixel: number;
}

/** Bytes of windows that are gathered together. */
const GATHERED_BYTES = 2 ** 20;

/** Every window times the weights: out = clamp(bias + window·B). */
export function multiplyWindows(
  runtime: NativeRuntime,
  windows: Windows,
  weights: Weights,
  outputs: Outputs,
  bias: number,
  epilogue: Epilogue,
): void {
  const tallRows = runtime.native.tallRows();
  if (gatheringPays(windows, weights, runtime.options, tallRows))
    multiplyGathered(runtime, windows, weights, outputs, bias, epilogue);
  else multiplyInPlace(runtime, windows, weights, outputs, bias, epilogue);
}

/**
 * Whether to gather windows first: in place, register tiles do not cross the rows of the image, a tile's sums pass through
 * memory between runs, and Strassen's algorithm has no matrix to halve. Parts of the product's time, measured
 * (`npm run bench:wasm`).
 */
export function gatheringPays(
  { rows, columns, runs }: Pick<Windows, 'rows' | 'columns' | 'runs'>,
  { k, n }: Pick<Sizes, 'k' | 'n'>,
  options: ResolvedOptions,
  tallRows: number,
): boolean {
  const rest = columns % tallRows;
  const beside = rest < 2 ? 2 * rest : rest < 5 ? 4 : 6;
  const idle = (columns - rest + beside) / columns - 1;
  const passes = (2.3 * (1 - 1 / runs.offsets.length)) / runs.length;
  const strassen = strassenPays({ m: blockOf(rows * columns, k), k, n }, options) ? 0.09 : 0;
  const gathering = (4 + 72 / runs.length) / n;
  return idle + passes + strassen > gathering;
}

/** Windows to gather together. */
function blockOf(count: number, k: number): number {
  return Math.ceil(count / Math.ceil(count / Math.max(24, GATHERED_BYTES / (4 * k))));
}

function multiplyInPlace(
  runtime: NativeRuntime,
  windows: Windows,
  weights: Weights,
  outputs: Outputs,
  bias: number,
  { low, high }: Epilogue,
): void {
  const { rows, columns, address, row, pixel, runs, offsets } = windows;
  const packed = panelsOf(runtime, weights);
  runtime.native.gemmRows(
    ...([rows, columns, rowsPerBlock(row)] as const),
    ...([address, row, pixel, offsets, runs.offsets.length, runs.length] as const),
    ...([packed, weights.n, outputs.address, outputs.row, outputs.pixel, bias, low, high, runtime.spill] as const),
  );
}

function multiplyGathered(
  runtime: NativeRuntime,
  windows: Windows,
  weights: Weights,
  outputs: Outputs,
  bias: number,
  epilogue: Epilogue,
): void {
  const { memory, native } = runtime;
  const { rows, columns, address, row, pixel, runs, offsets } = windows;
  const { k, n } = weights;
  const count = rows * columns;
  const block = blockOf(count, k);
  const adjoin = outputs.pixel === 4 * n && outputs.row === columns * outputs.pixel;
  const gathered = memory.scratch('windows', 4 * block * k);
  const results = adjoin ? 0 : memory.scratch('window products', 4 * block * n);
  for (let from = 0; from < count; from += block) {
    const to = Math.min(count, from + block);
    native.gatherWindows(from, to, columns, address, row, pixel, offsets, runs.offsets.length, runs.length, gathered);
    const target = adjoin ? outputs.address + from * outputs.pixel : results;
    multiplyPixels(runtime, 1, to - from, gathered, weights, target, bias, epilogue);
    if (!adjoin) native.scatterPixels(from, to, columns, 4 * n, results, outputs.address, outputs.row, outputs.pixel);
  }
}
