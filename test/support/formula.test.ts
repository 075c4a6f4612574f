import { fnv1a } from '@senet/core/graph';
import { describe, expect, test } from 'vitest';
import { formulaInput, spread, timmTensor } from './formula.js';
import { readGolden } from './golden.js';

interface SelfTest {
  readonly fnv1a: Readonly<Record<string, number>>;
  readonly u_first4: Readonly<Record<string, readonly number[]>>;
  readonly u_at_large_index: Readonly<Record<string, number>>;
  readonly tensors_gain1: Readonly<
    Record<string, { shape: readonly number[]; first4: readonly number[]; last: number; sum64: number }>
  >;
  readonly input_first4: readonly number[];
}

const golden = readGolden<SelfTest>('timm/gen_selftest');
const u = (key: string, size: number) => spread(key, size, 0.5, 0.5);

test.each(Object.entries(golden.fnv1a))('FNV-1a of %j', (key, hash) => expect(fnv1a(key)).toBe(hash));

test.each(Object.entries(golden.u_first4))('u of %s', (key, values) => {
  expect([...u(key, values.length)]).toEqual(values.map(Math.fround));
});

test.each(Object.entries(golden.u_at_large_index))('u of %s', (at, value) => {
  const [key, index] = at.split('@') as [string, string];
  expect(u(key, Number(index) + 1).at(-1)).toBe(Math.fround(value));
});

describe.each(Object.entries(golden.tensors_gain1))('%s', (key, { shape, first4, last, sum64 }) => {
  const values = timmTensor(key, shape, 1);

  test('has the bits that NumPy computed', () => {
    expect([...values.slice(0, 4), values.at(-1)]).toEqual([...first4, last]);
  });

  test('sums to what NumPy summed', () => {
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(sum64, 9);
  });
});

test('the input runs over NCHW for timm', () => {
  const [, , , ...rest] = formulaInput(2, 2, 1, 'nchw');
  expect(rest).toHaveLength(1);
  expect([...formulaInput(1, 4, 1, 'nchw')]).toEqual(golden.input_first4);
  const nhwc = formulaInput(2, 2, 3, 'nhwc');
  const nchw = formulaInput(2, 2, 3, 'nchw');
  expect([nchw[0], nchw[3], nchw[1]]).toEqual([nhwc[0], nhwc[1], nhwc[4]]);
});
