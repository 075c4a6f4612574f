import type { NativeRuntime } from '../backend/contracts.js';
import type { Epilogue } from '../convolution/epilogue.js';
import type { ResolvedOptions } from '../options.js';
import { panelBytes, rowsPerBlock, type Sizes, type Weights } from './product.js';

/**
 * Bytes of A, its sums and products, and C that are worked on together: about what a second-level cache holds, and a little
 * more, for then 14² pixels of 512 and 1024 channels make two blocks and not three.
 */
const BLOCK_BYTES = 1088 * 1024;

/** Floats of B that may be read from memory for few rows of A: what is made of them is 7/4 as large. */
const FEW_ROWS = 96;
const FEW_FLOATS = 2 ** 18;

/**
 * Whether seven products of half the size are faster than one. The bounds are measured (`npm run bench:wasm`): sums over A
 * weigh as 1/n, sums over C as 1/k, and tiles of a short k as much again.
 */
export function strassenPays({ m, k, n }: Sizes, { precision }: ResolvedOptions): boolean {
  if (precision !== 'fast' || k % 8 !== 0 || n % 16 !== 0) return false;
  return k >= 64 && n >= 64 && m >= 24 && (m >= FEW_ROWS || k * n <= FEW_FLOATS);
}

/** C = clamp(A·B + bias) by seven products of half the size; see `multiplyPacked`. */
export function multiplyByStrassen(
  runtime: NativeRuntime,
  m: number,
  a: number,
  weights: Weights,
  c: number,
  bias: number,
  { low, high }: Epilogue,
): void {
  const { memory, native, noOffset, spill } = runtime;
  const { k, n } = weights;
  const forms = strassenForms(runtime, weights);
  const most = Math.max(48, BLOCK_BYTES / (8 * k + 7 * n));
  const block = 2 * Math.ceil(m / Math.ceil(m / most) / 2);
  const scratch = memory.scratch('strassen', 4 * (block * (2 * k + 1.5 * n) + n));
  const rows = rowsPerBlock(block / 2, 2 * k, k * n, native.tallRows());
  native.strassen(m, k, n, block, rows, a, forms, c, bias, low, high, noOffset, spill, scratch);
}

function strassenForms({ memory, native }: NativeRuntime, { tensor, key, k, n, pack }: Weights): number {
  const bytes = panelBytes(k, n);
  return memory.packed(tensor, `strassen ${key}`, (bytes * 7) / 4, (to) => {
    const panels = memory.scratch('panels', bytes);
    pack(panels);
    native.strassenPanels(k, n, panels, to);
  });
}
