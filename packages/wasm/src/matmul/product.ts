import type { NativeRuntime } from '../backend/contracts.js';
import type { Epilogue } from '../convolution/epilogue.js';

/** Bytes of A that pass all panels of B together: about what a second-level cache holds beside a panel. */
const BLOCK_BYTES = 96 * 1024;

/** Rows of that many bytes that pass all panels of B together. */
export const rowsPerBlock = (rowBytes: number) => Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));

/** Bytes of B[k][n] in panels of 8 columns. */
export const panelBytes = (k: number, n: number) => Math.ceil(n / 8) * k * 32;

/** Sizes of a product C[m][n] = A[m][k]·B[k][n]. */
export interface Sizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/**
 * C = clamp(A·B + bias), all given by address: rows of A and C adjoin, B is packed in panels of 8 columns, the bias padded
 * to a multiple of 8.
 */
export function multiplyPacked(
  { native, noOffset, spill }: NativeRuntime,
  { m, k, n }: Sizes,
  a: number,
  packed: number,
  c: number,
  bias: number,
  { low, high }: Epilogue,
): void {
  const block = Math.max(4, rowsPerBlock(k * 4) & ~3);
  native.gemm(m, k, n, block, a, k * 4, packed, c, n * 4, bias, low, high, noOffset, spill);
}
