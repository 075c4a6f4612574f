import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import type { Epilogue } from '../convolution/epilogue.js';

/** Bytes of A that pass all panels of B together: about what a second-level cache holds beside a panel. */
const BLOCK_BYTES = 96 * 1024;

/** Rows of that many bytes that pass all panels of B together. */
export const rowsPerBlock = (rowBytes: number) => Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));

/** The same where rows adjoin, in whole register tiles. */
export function tiledRowsPerBlock({ native }: NativeRuntime, rowBytes: number): number {
  const tile = native.tallRows();
  return Math.max(2, Math.floor(rowsPerBlock(rowBytes) / tile)) * tile;
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
  const block = tiledRowsPerBlock(runtime, k * 4);
  native.gemm(m, k, n, block, a, k * 4, packed, c, n * 4, bias, 0, low, high, noOffset, spill);
}
