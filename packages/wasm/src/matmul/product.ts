import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import type { Epilogue } from '../convolution/epilogue.js';

/** Bytes of A that pass all panels of B together: about what a second-level cache holds beside a panel. */
const BLOCK_BYTES = 96 * 1024;
/** All of A passes together where it is less than this, and a quarter of B at most, which then comes once. */
const WHOLE_BYTES = 896 * 1024;

/**
 * How many of `m` rows of A pass all panels of B together. Blocks are as alike as the multiple allows: a short last
 * one would have all of B come for a few rows.
 *
 * @param rowBytes of a row of A
 * @param bytes of B
 * @param multiple of how many rows
 */
export function rowsPerBlock(m: number, rowBytes: number, bytes: number, multiple = 1): number {
  const isWhole = m * rowBytes <= Math.min(WHOLE_BYTES, bytes / 4);
  const most = Math.max(2 * multiple, BLOCK_BYTES / rowBytes);
  const blocks = isWhole ? 1 : Math.max(1, Math.round(m / most));
  return Math.ceil(m / blocks / multiple) * multiple;
}

/** Bytes of B[k][n] in panels of 8 columns. */
export const panelBytes = (k: number, n: number) => Math.ceil(n / 8) * k * 32;

/** Sizes of a product C[m][n] = A[m][k]·B[k][n]. */
export interface Sizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** A matrix B[k][n] that is made of a tensor, and kept with it as kernels read it. */
export interface Weights {
  readonly tensor: TensorInfo;
  /** Which matrix of the tensor, options included. */
  readonly key: string;
  readonly k: number;
  readonly n: number;
  /** Writes it in panels of 8 columns. */
  pack(to: number): void;
}

/** Where it lies in panels of 8 columns. */
export function panelsOf({ memory }: NativeRuntime, { tensor, key, k, n, pack }: Weights): number {
  return memory.packed(tensor, key, panelBytes(k, n), pack);
}

/**
 * C = clamp(A·B + bias), all given by address: rows of A and C adjoin, B is packed in panels of 8 columns, the bias padded
 * to a multiple of 8.
 */
export function multiplyPacked(
  runtime: NativeRuntime,
  { m, k, n }: Sizes,
  a: number,
  packed: number,
  c: number,
  bias: number,
  { low, high }: Epilogue,
): void {
  const { native, noOffset, spill } = runtime;
  const block = rowsPerBlock(m, k * 4, panelBytes(k, n), native.tallRows());
  native.gemm(m, k, n, block, a, k * 4, packed, c, n * 4, bias, 0, low, high, noOffset, spill);
}
