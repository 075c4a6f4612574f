import type { Attributes, Kernel, NativeRuntime } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { type Epilogue, fused, PLAIN } from '../convolution/epilogue.js';
import { accumulateProducts } from '../convolution/filter-gradient.js';
import { multiplyPacked, panelBytes, panelsOf, type Sizes, type Weights } from './product.js';

/** tfjs' `BatchMatMul`: `[…, m, k]` by `[…, k, n]`, either of them transposed. */
const batchMatMul: Kernel = {
  name: 'BatchMatMul',
  run: (runtime, { a, b }, attributes) => {
    const product = productOf(a!, b!, attributes);
    return product && matMul(runtime, product, PLAIN);
  },
};

/** tfjs' `_FusedMatMul`: as `BatchMatMul`, with a bias `[n]` and an activation. */
const fusedMatMul: Kernel = {
  name: '_FusedMatMul',
  run: (runtime, { a, b, bias }, attributes) => {
    const product = productOf(a!, b!, attributes);
    return product && fused(runtime, attributes, bias, product.n, (epilogue) => matMul(runtime, product, epilogue));
  },
};

export const kernels: readonly Kernel[] = [batchMatMul, fusedMatMul];

/** A batch of matrix products. */
interface Product extends Sizes {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Leading dimensions of the result, and the matrices in them. */
  readonly batch: readonly number[];
  readonly count: number;
  /** Matrices of A and B: as many, or one for all. */
  readonly countA: number;
  readonly countB: number;
}

function productOf(a: TensorInfo, b: TensorInfo, attributes: Attributes): Product | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const transposeA = Boolean(attributes.transposeA);
  const transposeB = Boolean(attributes.transposeB);
  const [batchA, [rowsA, columnsA]] = split(a.shape);
  const [batchB, [rowsB, columnsB]] = split(b.shape);
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const n = transposeB ? rowsB : columnsB;
  const [countA, countB] = [sizeOf(batchA), sizeOf(batchB)];
  const same = batchA.length === batchB.length && batchA.every((size, i) => size === batchB[i]);
  if (!same && countA !== 1 && countB !== 1) return undefined; // broadcasts within the batch
  if (m * k * n * countA * countB === 0) return undefined;
  const batch = same || countB === 1 ? longer(batchA, batchB) : longer(batchB, batchA);
  return { a, b, transposeA, transposeB, m, k, n, batch, count: Math.max(countA, countB), countA, countB };
}

function split(shape: readonly number[]): [number[], [number, number]] {
  return [shape.slice(0, -2), shape.slice(-2) as [number, number]];
}

/** The batch dimensions of the result: ones are put before `sizes` where the other, of one matrix, has more dimensions. */
function longer(sizes: readonly number[], ones: readonly number[]): number[] {
  return [...Array(Math.max(0, ones.length - sizes.length)).fill(1), ...sizes];
}

function matMul(runtime: NativeRuntime, product: Product, epilogue: Epilogue): TensorInfo {
  const { memory } = runtime;
  const { a, b, m, k, n, transposeA, transposeB, count, countA, countB } = product;
  // Aᵀ·B is what the gradient of a filter is, and needs nothing packed.
  const outer = transposeA && !transposeB && epilogue === PLAIN;
  const shape = [...product.batch, m, n];
  const c = outer ? memory.zeroOutput(shape) : memory.output(shape);
  const bias = memory.bias(epilogue.bias, n);
  for (let i = 0; i < count; i++) {
    const left = memory.address(a) + (countA === 1 ? 0 : i * m * k * 4);
    const to = memory.address(c) + i * m * n * 4;
    if (outer) {
      const right = memory.address(b) + (countB === 1 ? 0 : i * k * n * 4);
      accumulateProducts(runtime, k, m, n, left, right, to);
    } else {
      const rows = transposeA ? transposed(runtime, product, left) : left;
      const packed = countB === 1 ? panelsOf(runtime, weightsOf(runtime, product)) : packedB(runtime, product, i);
      multiplyPacked(runtime, product, rows, packed, to, bias, epilogue);
    }
  }
  return c;
}

/** Aᵀ[m][k] in scratch space. */
function transposed({ memory, native }: NativeRuntime, { m, k }: Sizes, a: number): number {
  const address = memory.scratch('transposed', m * k * 4);
  native.transpose(k, m, a, address);
  return address;
}

/** One B for all is likely a weight, so it is kept. */
function weightsOf(runtime: NativeRuntime, product: Product): Weights {
  const { b, k, n, transposeB } = product;
  return { tensor: b, key: `panels ${k} ${n} ${transposeB}`, k, n, pack: (to) => pack(runtime, product, 0, to) };
}

/** The i-th B of a batch in panels, in scratch space. */
function packedB(runtime: NativeRuntime, product: Product, i: number): number {
  const panels = runtime.memory.scratch('panels', panelBytes(product.k, product.n));
  pack(runtime, product, i, panels);
  return panels;
}

function pack({ memory, native }: NativeRuntime, { b, k, n, transposeB }: Product, i: number, to: number): void {
  const [row, column] = transposeB ? [1, k] : [n, 1];
  native.packPanels(k, n, memory.address(b) + i * k * n * 4, row, column, to);
}
