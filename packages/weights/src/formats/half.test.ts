import { describe, expect, test } from 'vitest';
import { lowerBF16, lowerF16, raiseBF16, raiseF16 } from './half.js';

const patterns = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);

/** The value by the definition of the format, in float64 arithmetic. */
function define(bits: number, exponentBits: number, mantissaBits: number): number {
  const sign = bits >>> 15 ? -1 : 1;
  const exponent = (bits >>> mantissaBits) & (2 ** exponentBits - 1);
  const mantissa = (bits & (2 ** mantissaBits - 1)) / 2 ** mantissaBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * mantissa * 2 ** (1 - bias) : sign * (1 + mantissa) * 2 ** (exponent - bias);
}

const isNaN16 = (bits: number, infinity: number) => (bits & 0x7fff) > infinity;

describe.each([
  { name: 'F16', raise: raiseF16, lower: lowerF16, exponentBits: 5, mantissaBits: 10, infinity: 0x7c00 },
  { name: 'BF16', raise: raiseBF16, lower: lowerBF16, exponentBits: 8, mantissaBits: 7, infinity: 0x7f80 },
])('$name', ({ raise, lower, exponentBits, mantissaBits, infinity }) => {
  const raised = raise(patterns);
  const one = (value: number) => lower(Float32Array.of(value))[0]!;

  test('all 65,536 patterns raise to the value that the format defines', () => {
    const wrong = [...patterns].filter((bits) => !Object.is(raised[bits], define(bits, exponentBits, mantissaBits)));
    expect(wrong).toEqual([]);
  });

  test('all 65,536 patterns survive raising and lowering; a NaN stays one', () => {
    const back = lower(raised);
    const wrong = [...patterns].filter((bits) =>
      isNaN16(bits, infinity) ? !isNaN16(back[bits]!, infinity) : back[bits] !== bits,
    );
    expect(wrong).toEqual([]);
  });

  test('between any two neighbours the nearer wins, and the even one wins the tie', () => {
    const wrong: number[] = [];
    for (let low = 0; low < infinity - 1; low++) {
      const middle = Float32Array.of((raised[low]! + raised[low + 1]!) / 2);
      const bits = new Uint32Array(middle.buffer);
      const tie = one(middle[0]!);
      bits[0]! -= 1;
      const below = one(middle[0]!);
      bits[0]! += 2;
      const above = one(middle[0]!);
      const even = low % 2 === 0 ? low : low + 1;
      if (tie !== even || below !== low || above !== low + 1) wrong.push(low);
      if (one(-middle[0]!) !== (above | 0x8000)) wrong.push(-low);
    }
    expect(wrong).toEqual([]);
  });

  test('what lies half a step past the largest, and beyond, is infinite', () => {
    const largest = raised[infinity - 1]!;
    const edge = largest + (largest - raised[infinity - 2]!) / 2;
    expect(one(largest)).toBe(infinity - 1);
    expect(one(edge)).toBe(infinity);
    expect(one(Number.POSITIVE_INFINITY)).toBe(infinity);
    expect(one(-edge)).toBe(infinity | 0x8000);
    const justBelow = new Uint32Array(Float32Array.of(edge).buffer).map((bits) => bits - 1);
    expect(lower(new Float32Array(justBelow.buffer))[0]).toBe(infinity - 1);
  });

  test('a NaN whose payload is all in the lower bits becomes no infinity', () => {
    const nan = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
    const halves = lower(nan);
    expect([...halves].every((bits) => isNaN16(bits, infinity))).toBe(true);
    expect(halves[1]! >>> 15).toBe(1);
  });

  test('zero keeps its sign, and less than half the smallest subnormal is zero', () => {
    expect([one(0), one(-0), one(2 ** -149 * (exponentBits === 5 ? 1 : 0))]).toEqual([0, 0x8000, 0]);
  });
});

test('values as NumPy and ml_dtypes round them', () => {
  const values = Float32Array.of(1, -2.5, 1 / 3, 65504, 65519.996, 65520, 6e-8, 2.98e-8, 1e-8, 3.14159274);
  expect([...lowerF16(values)]).toEqual([
    0x3c00, 0xc100, 0x3555, 0x7bff, 0x7bff, 0x7c00, 0x0001, 0x0000, 0x0000, 0x4248,
  ]);
  expect([...lowerBF16(values)]).toEqual([
    0x3f80, 0xc020, 0x3eab, 0x4780, 0x4780, 0x4780, 0x3381, 0x3300, 0x322c, 0x4049,
  ]);
});
