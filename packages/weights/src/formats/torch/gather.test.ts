import { describe, expect, test } from 'vitest';
import { DTYPE_BYTES, DTYPES, type DType } from '../tensor.js';
import { CopyBudget, gatherTensor } from './gather.js';
import { TensorRef } from './values.js';

/** A tensor over `elements` elements, each of whose bytes says which element it is. */
function tensor(elements: number, dtype: DType, shape: number[], strides: number[], offset = 0, shift = 0): TensorRef {
  const itemSize = DTYPE_BYTES[dtype];
  const bytes = new Uint8Array(shift + elements * itemSize).subarray(shift);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(i / itemSize);
  return new TensorRef({ kind: 'storage', key: '0', dtype, bytes: () => bytes }, dtype, offset, shape, strides);
}

const gathered = (ref: TensorRef, budget = new CopyBudget(1000)) => gatherTensor(ref, budget, 'file: key');
/** The element each value is of, all bytes of it. */
const elements = (ref: TensorRef) => {
  const { bytes, dtype } = gathered(ref);
  const size = DTYPE_BYTES[dtype];
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const item = bytes.subarray(i * size, (i + 1) * size);
    return new Set(item).size === 1 ? item[0] : [...item];
  });
};

test.each(DTYPES)('%s in any strides, aligned and not', (dtype) => {
  for (const shift of [0, 1]) {
    const of = (shape: number[], strides: number[], offset = 0) =>
      elements(tensor(12, dtype, shape, strides, offset, shift));
    expect(of([3, 4], [4, 1])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(of([4, 3], [1, 4])).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(of([2, 2, 2], [5, 1, 3], 1)).toEqual([1, 4, 2, 5, 6, 9, 7, 10]);
  }
});

describe('bounds', () => {
  test.each<[string, TensorRef]>([
    ['a shape', tensor(6, 'F32', [7], [1])],
    ['an offset', tensor(6, 'F32', [6], [1], 1)],
    ['a stride', tensor(6, 'F32', [2], [6])],
    ['a huge stride', tensor(6, 'F32', [3, 3], [2 ** 53 - 1, 2 ** 53 - 1])],
    ['a huge offset', tensor(6, 'F32', [1], [1], 2 ** 53 - 1)],
    ['an empty storage', tensor(0, 'F32', [], [])],
    ['a shape of no size', tensor(6, 'F32', [2 ** 30, 2 ** 30], [0, 0])],
  ])('%s that reaches past the storage', (_, ref) => {
    expect(() => gathered(ref)).toThrow(expect.objectContaining({ code: 'FileInvalid', path: 'file: key' }));
  });

  test('an expanded tensor is repeated as long as the budget lasts', () => {
    expect(elements(tensor(1, 'F32', [2, 3], [0, 0]))).toEqual([0, 0, 0, 0, 0, 0]);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => gathered(tensor(1, 'F32', [2 ** 40], [0]))).toThrow(/repeat its bytes too often; .*contiguous/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000);
  });

  test('the budget is one for the whole file', () => {
    const budget = new CopyBudget(50);
    const transposed = tensor(6, 'F32', [2, 3], [1, 2]);
    gathered(transposed, budget);
    gathered(tensor(100, 'F32', [100], [1]), budget);
    gathered(transposed, budget);
    expect(() => gathered(transposed, budget)).toThrow('too often');
  });

  test('no element asks for no storage', () => {
    const storage = {
      kind: 'storage' as const,
      key: '0',
      dtype: 'F32' as const,
      bytes: () => {
        throw new Error('read');
      },
    };
    expect(gathered(new TensorRef(storage, 'F32', 7, [3, 0], [9, 9])).bytes).toHaveLength(0);
  });
});

test('an axis of one element may have any stride', () => {
  const ref = tensor(4, 'F32', [1, 4, 1], [77, 1, 99]);
  expect(gathered(ref).bytes.buffer).toBe(ref.storage.bytes().buffer);
});

test('axes that a step of a row leaves out', () => {
  expect(elements(tensor(24, 'I64', [2, 3, 2], [12, 4, 2]))).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
});
