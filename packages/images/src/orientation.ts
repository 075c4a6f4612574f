import { blankImage, type Image } from './image.js';

/** Where the stored picture's first row and first column are seen: 1 top left, 2 top right, … 8 left bottom. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/**
 * Turns a stored picture upright, as Pillow's `ImageOps.exif_transpose` does.
 *
 * @param orientation the Exif tag 0x0112 (Exif 2.32, 4.6.4)
 */
export function orient(image: Image, orientation: Orientation): Image {
  if (orientation === 1) return image;
  const { width, height, channels } = image;
  const turned = orientation >= 5; // rows become columns
  const upright = turned ? blankImage(height, width, channels) : blankImage(width, height, channels);
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  for (let y = 0, to = 0; y < upright.height; y++) {
    for (let x = 0; x < upright.width; x++) {
      const column = turned ? y : x;
      const row = turned ? x : y;
      const from = (fromBottom ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column);
      for (let channel = 0; channel < channels; channel++) upright.data[to++] = image.data[from * channels + channel]!;
    }
  }
  return upright;
}
