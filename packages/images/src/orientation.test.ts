import { expect, test } from 'vitest';
import type { Image } from './image.js';
import { type Orientation, orient } from './orientation.js';

/** 1 2 3 / 4 5 6, as each orientation shows it (Exif 2.32, figure 18). */
test.each<[Orientation, number, number[]]>([
  [1, 3, [1, 2, 3, 4, 5, 6]],
  [2, 3, [3, 2, 1, 6, 5, 4]],
  [3, 3, [6, 5, 4, 3, 2, 1]],
  [4, 3, [4, 5, 6, 1, 2, 3]],
  [5, 2, [1, 4, 2, 5, 3, 6]],
  [6, 2, [4, 1, 5, 2, 6, 3]],
  [7, 2, [6, 3, 5, 2, 4, 1]],
  [8, 2, [3, 6, 2, 5, 1, 4]],
])('orientation %i', (orientation, width, values) => {
  const image: Image = { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  expect(orient(image, orientation)).toEqual({
    width,
    height: 6 / width,
    channels: 1,
    data: Uint8Array.from(values),
  });
});
