import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axesOf, windowStarts } from '../../../../test/support/reference.js';
import { arbitraryPoolWindow, arbitraryWindow } from '../../../../test/support/windows.js';
import { asMap, channelsOf, paddingOf, sameShape, showShape, sizeOf, slide } from './shape.js';

const size = fc.integer({ min: 1, max: 23 });

describe('slide', () => {
  test.each([
    ['plain', arbitraryWindow()],
    ['dilated', arbitraryWindow({ dilated: true })],
    ['of pools', arbitraryPoolWindow()],
  ])('counts the windows that fit: %s', (_, windows) => {
    let fitting = 0;
    fc.assert(
      fc.property(windows, size, size, (window, height, width) => {
        const axes = axesOf(window.kernel, window.strides, window.padding, window);
        const counts = [windowStarts(height, axes[0]).length, windowStarts(width, axes[1]).length];
        if (counts.includes(0)) {
          expect(() => slide(height, width, window)).toThrow(/does not fit/);
        } else {
          fitting++;
          expect(slide(height, width, window)).toEqual(counts);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect(fitting).toBeGreaterThan(1000);
  });

  test('leaves unknown sizes unknown, each axis for itself', () => {
    const window = { kernel: [3, 3], strides: [2, 2], padding: 'valid' } as const;
    expect(slide(null, 7, window)).toEqual([null, 3]);
    expect(slide(7, null, { ...window, padding: 'same' })).toEqual([4, null]);
  });

  test('says how large the map would have to be', () => {
    const window = { kernel: [5, 3], strides: [1, 1], padding: [1, 0, 0, 0] } as const;
    expect(() => slide(3, 9, window)).toThrowError(
      expect.objectContaining({ code: 'ShapeMismatch', expected: 'at least 4 along height' }),
    );
  });
});

test('paddingOf takes [top, bottom, left, right] apart', () => {
  expect([paddingOf([1, 2, 3, 4], 0), paddingOf([1, 2, 3, 4], 1), paddingOf('valid', 1)]).toEqual([
    [1, 2],
    [3, 4],
    [0, 0],
  ]);
});

test('sizes of open shapes are unknown', () => {
  expect(sizeOf([null, 3])).toBeNull();
  expect(sizeOf([2, 3])).toBe(6);
  expect(sizeOf([])).toBe(1);
  expect(showShape([null, 3])).toBe('[null, 3]');
  expect(sameShape([null, 3], [2, 3])).toBe(false);
  expect(sameShape([2, 3], [2, 3, 1])).toBe(false);
});

test('maps and channels are asserted', () => {
  expect(asMap([null, 2, 3])).toEqual([null, 2, 3]);
  for (const shape of [[2, 3], [2, 3, null], [2, 3, 4, 5], []]) {
    expect(() => asMap(shape)).toThrow(/needs a map \[height, width, channels\]/);
  }
  expect(channelsOf({ shape: [null, 7] })).toBe(7);
  expect(() => channelsOf({ shape: [7, null] })).toThrow(/known number of channels/);
});
