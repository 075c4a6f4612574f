import { makeDivisible } from '@senet/core/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Rounding, reducedChannels, roundingSchema } from './rounding.js';

const TIMM = { divisor: 8, limit: 0 };
const V3 = { divisor: 8, limit: 0.9 };
const GHOST = { divisor: 4, limit: 0.9 };

test.each<[string, number, Rounding, string]>([
  ['timm seresnet', 16, TIMM, '64→8 128→8 256→16 512→32 1024→64 2048→128'],
  ['legacy_se', 16, 'floor', '64→4 256→16 512→32 1024→64 2048→128'],
  ['mobilenetv3_large', 4, V3, '72→24 120→32 480→120 672→168 960→240'],
  ['mobilenetv3_small', 4, V3, '16→8 96→24 240→64 120→32 144→40 288→72 576→144'],
  ['mobilenetv3_rw', 4, 'round', '72→18 120→30'],
  ['efficientnet, of the block’s input', 4, 'round', '32→8 16→4 24→6 40→10 80→20 112→28 192→48'],
  ['ghostnet', 4, GHOST, '72→20 120→32 480→120 672→168 960→240'],
])('%s', (_, ratio, rounding, pairs) => {
  for (const pair of pairs.split(' ')) {
    const [channels, reduced] = pair.split('→').map(Number) as [number, number];
    expect(reducedChannels(channels, ratio, rounding), pair).toBe(reduced);
  }
});

test('round takes halves to even, as Python does', () => {
  const halves = [1, 3, 5, 7, 9].map((channels) => reducedChannels(channels, 2, 'round'));
  expect(halves).toEqual([1, 2, 2, 4, 4]);
});

describe('makeDivisible', () => {
  test('is a multiple of the divisor, at least the least, and no further away than it must be', () => {
    const property = fc.property(
      fc.double({ min: 0.01, max: 5000, noNaN: true }),
      fc.integer({ min: 1, max: 64 }),
      fc.constantFrom(0, 0.5, 0.9, 1),
      (value, divisor, limit) => {
        const result = makeDivisible(value, divisor, limit);
        expect(result % divisor).toBe(0);
        expect(result).toBeGreaterThanOrEqual(divisor);
        if (result > divisor) expect(Math.abs(result - value)).toBeLessThanOrEqual(limit > 0 ? divisor : divisor / 2);
        if (value >= divisor / limit) expect(result).toBeGreaterThanOrEqual(limit * value);
      },
    );
    fc.assert(property, { numRuns: 2000, seed: 5 });
  });

  test('bumps where the nearest multiple is too far below', () => {
    expect([
      makeDivisible(18, 16),
      makeDivisible(18, 16, 0),
      makeDivisible(36, 8),
      makeDivisible(11, 8, 0.9, 4),
    ]).toEqual([32, 16, 40, 16]);
    expect(makeDivisible(1, 8, 0, 4)).toBe(4);
  });
});

test('at least one channel is kept', () => {
  for (const rounding of ['floor', 'round', TIMM] as const) {
    expect(reducedChannels(1, 65536, rounding)).toBeGreaterThanOrEqual(1);
  }
});

test('the schema is strict and bounded', () => {
  expect(roundingSchema.parse({ divisor: 8 })).toEqual({ divisor: 8, limit: 0 });
  for (const wrong of [
    'ceil',
    { divisor: 0 },
    { divisor: 8, limit: 2 },
    { divisor: 8, least: 1 },
    { divisor: 8, min: 1e9 },
  ]) {
    expect(roundingSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  }
});
