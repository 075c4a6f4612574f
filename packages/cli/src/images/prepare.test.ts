import { describe, expect, test } from 'vitest';
import type { Image } from './image.js';
import { prepareImage } from './prepare.js';

const grey: Image = { width: 2, height: 1, channels: 1, data: Float32Array.of(0.25, 0.75) };
const colour: Image = { width: 2, height: 1, channels: 3, data: Float32Array.of(1, 0, 0, 0.5, 0.25, 0.125) };

function prepared(image: Image, preparation: Parameters<typeof prepareImage>[1]): number[] {
  return [...prepareImage(image, preparation, 'image')];
}

describe('channels', () => {
  test('as they are', () => {
    expect(prepared(grey, { channels: 1 })).toEqual([0.25, 0.75]);
    expect(prepared(colour, { channels: 3 })).toEqual([1, 0, 0, 0.5, 0.25, 0.125]);
  });

  test('grey is repeated', () => {
    expect(prepared(grey, { channels: 3 })).toEqual([0.25, 0.25, 0.25, 0.75, 0.75, 0.75]);
  });

  test('colours become the luma of BT.601', () => {
    const [red, other] = prepared(colour, { channels: 1 });
    expect(red).toBeCloseTo(0.299, 7);
    expect(other).toBeCloseTo(0.299 * 0.5 + 0.587 * 0.25 + 0.114 * 0.125, 7);
  });

  test('neither one nor three are refused', () => {
    const error = { code: 'InputInvalid', path: 'image', expected: expect.stringContaining('.npy') };
    expect(() => prepared(colour, { channels: 4 })).toThrow(expect.objectContaining(error));
  });
});

test('mean and deviation, by channel or one for all; the image is left alone', () => {
  const before = [...colour.data];
  expect(prepared(colour, { channels: 3, mean: [0.5, 0.25, 0], std: [0.5, 0.25, 0.125] })).toEqual([1, -1, 0, 0, 0, 1]);
  expect(prepared(grey, { channels: 3, mean: [0.25], std: [0.5] })).toEqual([0, 0, 0, 1, 1, 1]);
  expect([...colour.data]).toEqual(before);
});
