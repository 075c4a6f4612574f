/** Ways to damage any file, and what has to come of it. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { DTYPE_BYTES, DTYPES, type RawTensor, type TensorFile } from '../../packages/weights/src/formats/tensor.js';

const NAMES = ['conv1.weight', 'bn1.bias', '0', 'é"\\', '__proto__', 'a/b', '', 'fc'];

export function tensorsOf(dtypes: typeof DTYPES = DTYPES): fc.Arbitrary<Map<string, RawTensor>> {
  const tensor = fc
    .record({ dtype: fc.constantFrom(...dtypes), shape: fc.array(fc.nat(4), { maxLength: 3 }), seed: fc.nat(255) })
    .map(({ dtype, shape, seed }): RawTensor => {
      const length = shape.reduce((a, b) => a * b, 1) * DTYPE_BYTES[dtype];
      return { dtype, shape, bytes: Uint8Array.from({ length }, (_, i) => (dtype === 'BOOL' ? i & 1 : i * 89 + seed)) };
    });
  return fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2 }),
      fc.array(tensor, { minLength: 8, maxLength: 8 }),
    )
    .map(([names, tensors]) => new Map(names.map((name, i) => [name, tensors[i]!])));
}

export type Damage = fc.Arbitrary<(bytes: Uint8Array) => Uint8Array>;

/** A place in a file, from 0 to 1. Uniform: fc.double is so over its representations, which are nearly all about 0. */
export const part = fc.noBias(fc.nat(2 ** 30 - 1)).map((value) => value / 2 ** 30);
const odd = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff);

/** By name; each may leave the file as it was. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  'flipped bits': fc.array(fc.tuple(part, fc.nat(7)), { minLength: 1, maxLength: 3 }).map((flips) => (bytes) => {
    const copy = bytes.slice();
    for (const [at, bit] of flips) copy[Math.floor(at * copy.length)]! ^= 1 << bit;
    return copy;
  }),
  truncated: part.map((at) => (bytes) => bytes.slice(0, Math.floor(at * bytes.length))),
  extended: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more) => (bytes) => Buffer.concat([bytes, more])),
  'other numbers': fc.tuple(part, odd, fc.constantFrom(1, 2, 4)).map(([at, value, length]) => (bytes) => {
    const copy = bytes.slice();
    for (let i = 0; i < length; i++) copy[Math.floor(at * copy.length) + i] = (value >>> (8 * i)) & 0xff;
    return copy;
  }),
  'a piece twice': fc.tuple(part, part).map(([from, to]) => (bytes) => {
    const [begin, end] = [from, to].map((at) => Math.floor(at * bytes.length)).sort((a, b) => a - b) as [
      number,
      number,
    ];
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(begin)]);
  }),
  'a piece left out': fc.tuple(part, fc.integer({ min: 1, max: 64 })).map(([at, length]) => (bytes) => {
    const begin = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, begin), bytes.subarray(begin + length)]);
  }),
};

/** How often files were read and refused. */
export class Outcomes {
  read = 0;
  refused = 0;

  /** The file, or `undefined` where it was refused as it should be: anything else thrown fails the test. */
  of(read: () => TensorFile): TensorFile | undefined {
    try {
      const file = read();
      this.read++;
      return file;
    } catch (error) {
      expect(error).toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
      expect((error as Error).message).toMatch(/^hostile.{0,800}; expected ./s);
      this.refused++;
      return undefined;
    }
  }
}

/** Every tensor is whole, and those that are no views into the file take `copies` times its size at most. */
export function expectSound(file: TensorFile, bytes: Uint8Array, copies: number): void {
  let copied = 0;
  for (const tensor of file.tensors.values()) {
    const elements = tensor.shape.reduce((a, b) => a * b, 1);
    expect(tensor.bytes.length).toBe(elements * DTYPE_BYTES[tensor.dtype]);
    if (tensor.bytes.buffer !== bytes.buffer) copied += tensor.bytes.length;
  }
  expect(copied).toBeLessThanOrEqual(copies * bytes.length);
}

export const sameTensors = (file: TensorFile, tensors: ReadonlyMap<string, RawTensor>) =>
  expect(new Map(file.tensors)).toEqual(tensors);
