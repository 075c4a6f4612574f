import { blankImage, type Image } from './image.js';

/**
 * An image in one or three channels, by Pillow's rules: grey is repeated, colours become the luma of ITU-R BT.601 in
 * its fixed-point form, `L = (19595 R + 38470 G + 7471 B + 2¹⁵) >> 16` (`convert('L')`).
 *
 * @returns the image itself where nothing changes
 * @example
 * ```ts
 * const grey = toChannels(image, 1);
 * ```
 */
export function toChannels(image: Image, channels: 1 | 3): Image {
  if (image.channels === channels) return image;
  return channels === 1 ? toGrey(image) : repeatGrey(image);
}

function toGrey({ width, height, data }: Image): Image {
  const grey = blankImage(width, height, 1);
  for (let to = 0, from = 0; to < grey.data.length; to++, from += 3) {
    grey.data[to] = (19595 * data[from]! + 38470 * data[from + 1]! + 7471 * data[from + 2]! + 0x8000) >> 16;
  }
  return grey;
}

function repeatGrey({ width, height, data }: Image): Image {
  const colour = blankImage(width, height, 3);
  for (let from = 0, to = 0; from < data.length; from++, to += 3) colour.data.fill(data[from]!, to, to + 3);
  return colour;
}
