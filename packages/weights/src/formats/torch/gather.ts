import { elementCount, invalid } from '../bytes.js';
import { DTYPE_BYTES, type RawTensor } from '../tensor.js';
import type { TensorRef } from './values.js';

/** Bytes that may still be copied. Expanded tensors make a small file claim a large memory: something has to end it. */
export class CopyBudget {
  constructor(private left: number) {}

  /** @throws SenetError `FileInvalid` */
  spend(bytes: number, path: string): void {
    this.left -= bytes;
    if (this.left >= 0) return;
    throw invalid(
      path,
      'the tensors of this file are views that repeat its bytes too often',
      'tensors saved in memory of their own: tensor.contiguous()',
    );
  }
}

/**
 * A tensor out of its storage: a view where the strides are row-major, else gathered into memory of its own.
 *
 * @throws SenetError `FileInvalid` where shape, strides and offset reach past the storage
 */
export function gatherTensor(tensor: TensorRef, budget: CopyBudget, path: string): RawTensor {
  const { storage, dtype, shape, strides, offset } = tensor;
  if (dtype === null) throw invalid(path, 'elements of a type that no network here has', 'floats or signed integers');
  const itemSize = DTYPE_BYTES[dtype];
  const length = elementCount(shape);
  if (length === undefined) throw invalid(path, 'no tensor can have this shape', 'a product below 2^53');
  if (length === 0) return { dtype, shape, bytes: new Uint8Array(0) };

  const bytes = storage.bytes();
  const last = shape.reduce((at, axis, i) => at + (axis - 1) * strides[i]!, offset);
  const available = Math.floor(bytes.length / itemSize);
  if (!(last < available))
    throw invalid(path, `the tensor reaches element ${last} of its storage`, `below ${available}`);
  if (isRowMajor(shape, strides)) {
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset + offset * itemSize, length * itemSize);
    return { dtype, shape, bytes: view };
  }
  budget.spend(length * itemSize, path);
  return { dtype, shape, bytes: gather(tensor, bytes, itemSize, length) };
}

/** Strides of axes of one element do not matter. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== stride) return false;
    stride *= shape[axis]!;
  }
  return true;
}

type Words = Uint8Array | Uint16Array | Uint32Array;
const WORDS: Readonly<Record<number, new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Words>> = {
  1: Uint8Array,
  2: Uint16Array,
  4: Uint32Array,
};

/**
 * Moves elements as words of bits, so that a NaN keeps its payload: of at most four bytes, and of one where the storage
 * is not aligned for more. An element of several words is one axis more.
 */
function gather(tensor: TensorRef, bytes: Uint8Array, itemSize: number, length: number): Uint8Array {
  const wide = Math.min(itemSize, 4);
  const wordSize = bytes.byteOffset % wide === 0 ? wide : 1;
  const perItem = itemSize / wordSize;
  const shape = [...tensor.shape, perItem];
  const strides = [...tensor.strides.map((stride) => stride * perItem), 1];
  const Words = WORDS[wordSize]!;
  const source = new Words(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / wordSize));
  const target = new Uint8Array(length * itemSize);
  if (perItem === 1) {
    shape.pop();
    strides.pop();
  }
  copyStrided(source, new Words(target.buffer, 0, length * perItem), shape, strides, tensor.offset * perItem);
  return target;
}

function copyStrided(
  source: Words,
  target: Words,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): void {
  const inner = shape.length - 1;
  const [run, step] = [shape[inner]!, strides[inner]!];
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < target.length; ) {
    for (let i = 0; i < run; i++) target[to++] = source[from + i * step]!;
    for (let axis = inner - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
