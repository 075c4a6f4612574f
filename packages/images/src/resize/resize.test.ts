import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, goldenCases, noise } from '../../../../test/support/images.js';
import type { Image } from '../image.js';
import { type Interpolation, RESIZE_FILTERS } from './filters.js';
import { resize } from './resize.js';

interface Case {
  readonly of: readonly [number, number, 1 | 3];
  readonly to: readonly [number, number];
  readonly filter: Interpolation;
  readonly sha256: string;
  readonly values?: readonly number[];
}

describe.each(RESIZE_FILTERS)('%s is what Pillow gives, bit for bit', (filter) => {
  const cases = goldenCases<Case>('resize.json').filter((one) => one.filter === filter);

  test.each(cases.map((one) => [one.of.join('×'), one.to.join('×'), one] as const))('%s to %s', (_, __, one) => {
    const [width, height] = one.to;
    const resized = resize(noise(...one.of), { width, height, interpolation: filter });
    expect(resized).toMatchObject({ width, height, channels: one.of[2] });
    if (one.values) expect([...resized.data]).toEqual(one.values);
    expect(digestOf(resized.data)).toBe(one.sha256);
  });
});

const side = fc.integer({ min: 1, max: 40 });
const filters = fc.constantFrom(...RESIZE_FILTERS);

test('an image of one colour keeps it, at any size', () => {
  fc.assert(
    fc.property(side, side, side, side, filters, fc.nat(255), (w, h, width, height, interpolation, value) => {
      const image: Image = { width: w, height: h, channels: 1, data: new Uint8Array(w * h).fill(value) };
      expect(resize(image, { width, height, interpolation }).data.every((found) => found === value)).toBe(true);
    }),
  );
});

test('channels do not mix', () => {
  fc.assert(
    fc.property(side, side, side, side, filters, (w, h, width, height, interpolation) => {
      const colour = noise(w, h, 3);
      const resized = resize(colour, { width, height, interpolation }).data;
      for (let channel = 0; channel < 3; channel++) {
        const alone: Image = { width: w, height: h, channels: 1, data: channelOf(colour.data, channel) };
        expect(channelOf(resized, channel)).toEqual(resize(alone, { width, height, interpolation }).data);
      }
    }),
  );
});

test('the same size is the same image, and the default is bicubic', () => {
  const image = noise(8, 6, 3);
  expect(resize(image, { width: 8, height: 6 })).toBe(image);
  const size = { width: 5, height: 9 };
  expect(resize(image, size)).toEqual(resize(image, { ...size, interpolation: 'bicubic' }));
});

test.each([
  ['no width', { width: 0, height: 4 }, 'InputInvalid'],
  ['half a pixel', { width: 4, height: 1.5 }, 'InputInvalid'],
  ['no number', { width: Number.NaN, height: 1 }, 'InputInvalid'],
  ['more than fits into memory', { width: 2 ** 17, height: 2 ** 17 }, 'InputInvalid'],
  ['another filter', { width: 4, height: 4, interpolation: 'cubic' as 'bicubic' }, 'UnknownName'],
])('refuses %s', (_, options, code) => {
  expect(() => resize(noise(8, 8, 1), options)).toThrow(expect.objectContaining({ code }));
});

test('refuses an image that is none', () => {
  const image: Image = { width: 3, height: 3, channels: 3, data: new Uint8Array(5) };
  expect(() => resize(image, { width: 2, height: 2 })).toThrow(/has 5 samples; expected 3×3×3/);
});

function channelOf(data: Uint8Array, channel: number): Uint8Array {
  return data.filter((_, i) => i % 3 === channel);
}
