import { expect, test } from 'vitest';
import { toChannels } from './channels.js';
import { cropCenter } from './crop.js';
import { fromImageData, type Image } from './image.js';

test('what a canvas gives loses its alpha, and keeps its colours', () => {
  const data = Uint8ClampedArray.of(1, 2, 3, 0, 4, 5, 6, 255);
  expect(fromImageData({ width: 2, height: 1, data })).toEqual({
    width: 2,
    height: 1,
    channels: 3,
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
  });
  expect(() => fromImageData({ width: 1, height: 1, data })).toThrow(expect.objectContaining({ code: 'InputInvalid' }));
});

const square: Image = { width: 3, height: 3, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) };

test('halves of a margin go to the even number, as in Python', () => {
  const line = (width: number): Image => ({
    width,
    height: 1,
    channels: 1,
    data: new Uint8Array(width).map((_, i) => i),
  });
  expect([...cropCenter(line(5), { width: 2, height: 1 }).data]).toEqual([2, 3]); // from 1.5
  expect([...cropCenter(line(7), { width: 2, height: 1 }).data]).toEqual([2, 3]); // from 2.5
});

test('what is smaller is surrounded, an odd rest being right and below', () => {
  const cropped = cropCenter(square, { width: 6, height: 1, fill: [77] });
  expect([...cropped.data]).toEqual([77, 4, 5, 6, 77, 77]);
  expect([...cropCenter(square, { width: 3, height: 4 }).data.subarray(9)]).toEqual([0, 0, 0]);
  expect(() => cropCenter(square, { width: 6, height: 6, fill: [1, 2, 3] })).toThrow(
    /expected 1, one for each channel/,
  );
});

test('grey and colours', () => {
  const colour: Image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 10, 20, 30) };
  expect([...toChannels(colour, 1).data]).toEqual([76, 18]);
  expect([...toChannels({ ...colour, channels: 1, data: Uint8Array.of(7, 9) }, 3).data]).toEqual([7, 7, 7, 9, 9, 9]);
  expect(toChannels(colour, 3)).toBe(colour);
});
