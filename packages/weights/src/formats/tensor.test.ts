import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DType, type FloatDType, fromFloat32, type RawTensor, toFloat32 } from './tensor.js';

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const raw = (dtype: DType, array: ArrayBufferView & { length: number }): RawTensor => ({
  dtype,
  shape: [array.length],
  bytes: bytesOf(array),
});

describe('toFloat32', () => {
  test('F32 is a view of the same memory where it is aligned', () => {
    const bytes = bytesOf(Float32Array.of(9, 1, 2, 3)).subarray(4);
    const values = toFloat32({ dtype: 'F32', shape: [3], bytes }, 'w');
    expect([...values]).toEqual([1, 2, 3]);
    expect(values.buffer).toBe(bytes.buffer);
  });

  test.each<[DType, ArrayBufferView & { length: number }, number[]]>([
    ['F16', Uint16Array.of(0x3c00, 0x8000, 0x0001, 0x7c00, 0x7e00), [1, -0, 2 ** -24, Infinity, NaN]],
    ['BF16', Uint16Array.of(0x3f80, 0x8000, 0x0001, 0xff80, 0x7fc0), [1, -0, 2 ** -133, -Infinity, NaN]],
    ['F32', Float32Array.of(1.5, -0, 2 ** -149, NaN), [1.5, -0, 2 ** -149, NaN]],
    ['F64', Float64Array.of(1 / 3, 1e300, -1e-300), [Math.fround(1 / 3), Infinity, -0]],
    ['I64', BigInt64Array.of(-1n, 2n ** 53n + 1n, -(2n ** 63n)), [-1, 2 ** 53, -(2 ** 63)]],
    ['I32', Int32Array.of(-7, 2 ** 31 - 1), [-7, 2 ** 31]],
    ['I16', Int16Array.of(-300, 300), [-300, 300]],
    ['I8', Int8Array.of(-128, 127), [-128, 127]],
    ['U8', Uint8Array.of(0, 255), [0, 255]],
    ['BOOL', Uint8Array.of(0, 1, 2), [0, 1, 1]],
  ])('%s, aligned or not', (dtype, array, values) => {
    const tensor = raw(dtype, array);
    expect([...toFloat32(tensor, 'w')]).toEqual(values);

    const shifted = Buffer.alloc(tensor.bytes.length + 1);
    shifted.set(tensor.bytes, 1);
    expect([...toFloat32({ ...tensor, bytes: shifted.subarray(1) }, 'w')]).toEqual(values);
  });

  test.each<[string, Partial<RawTensor>, RegExp]>([
    ['too few bytes', { bytes: new Uint8Array(7) }, /m.st: w: 7 bytes of data; expected 8 for F32 \[2\]/],
    ['too many bytes', { bytes: new Uint8Array(12) }, /12 bytes/],
    ['a shape whose product overflows', { shape: [2 ** 40, 2 ** 40] }, /no tensor can have this shape/],
    ['an axis that overflows behind a zero', { shape: [0, 2 ** 40, 2 ** 40] }, /no tensor can have this shape/],
    ['a negative axis', { shape: [-2, -1] }, /no tensor can have this shape/],
    ['a fraction', { shape: [1.5] }, /no tensor can have this shape/],
    ['65 axes', { shape: Array(65).fill(1) }, /no tensor can have this shape/],
    ['a dtype out of Object.prototype', { dtype: 'toString' as DType }, /unknown dtype 'toString'/],
  ])('refuses %s', (_, change, message) => {
    const tensor = { dtype: 'F32', shape: [2], bytes: new Uint8Array(8), ...change } as RawTensor;
    expect(() => toFloat32(tensor, 'm.st: w')).toThrow(message);
    expect(() => toFloat32(tensor, 'm.st: w')).toThrow(
      expect.objectContaining({ code: 'FileInvalid', path: 'm.st: w' }),
    );
  });
});

describe('fromFloat32', () => {
  test('F32 is a view of the values', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const tensor = fromFloat32(values.subarray(1, 3), [2, 1]);
    expect(tensor).toMatchObject({ dtype: 'F32', shape: [2, 1] });
    expect(tensor.bytes).toEqual(new Uint8Array(values.buffer, 4, 8));
    expect(tensor.bytes.buffer).toBe(values.buffer);
  });

  test('whatever is written in F32 or F64 comes back bit for bit; F16 and BF16 within half a unit', () => {
    const units: Record<FloatDType, number> = { F32: 0, F64: 0, F16: 2 ** -11, BF16: 2 ** -8 };
    const any = fc.tuple(fc.float32Array({ maxLength: 40 }), fc.constantFrom(...(Object.keys(units) as FloatDType[])));
    fc.assert(
      fc.property(any, ([values, dtype]) => {
        const back = toFloat32(fromFloat32(values, [values.length], dtype), 'w');
        values.forEach((value, i) => {
          const normal = Math.abs(value) > 2 ** -14 && Math.abs(value) < 65_504;
          if (units[dtype] === 0 || Number.isNaN(value)) expect(back[i]).toBe(value);
          else if (normal) expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(Math.abs(value) * units[dtype]);
        });
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test.each([[[2, 2]], [[]], [[-3, -1]], [[3, 0]]])('refuses three values in the shape %j', (shape) => {
    expect(() => fromFloat32(new Float32Array(3), shape, 'F16', 'fc.bias')).toThrow(
      expect.objectContaining({ code: 'ShapeMismatch', path: 'fc.bias' }),
    );
  });
});
