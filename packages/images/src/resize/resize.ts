import { unknownName } from '@senet/core/graph';
import { checkImage, checkSize, type Image } from '../image.js';
import { coefficientsOf } from './coefficients.js';
import { type Interpolation, RESIZE_FILTERS } from './filters.js';
import { resizeColumns, resizeNearest, resizeRows } from './passes.js';

export interface ResizeOptions {
  readonly width: number;
  readonly height: number;
  /** Pillow's filter of this name; `bicubic` by default. */
  readonly interpolation?: Interpolation;
}

/**
 * Resizes an image, bit for bit as Pillow 13's `Image.resize` does: filters are stretched where the image shrinks
 * (antialiasing), rows and columns are resized one after the other, and each pass rounds to bytes. The proportions are
 * the caller's business.
 *
 * Earlier Pillows begin with the rows always, which makes other samples at the hard edges of tall images.
 *
 * Source: Pillow, src/libImaging/Resample.c and Geometry.c.
 *
 * @returns the image itself where it has the size already
 * @throws SenetError `InputInvalid` for sizes that are none; `UnknownName` for another interpolation
 * @example
 * ```ts
 * const thumbnail = resize(image, { width: 320, height: 240, interpolation: 'lanczos' });
 * ```
 */
export function resize(image: Image, { width, height, interpolation = 'bicubic' }: ResizeOptions): Image {
  checkImage(image);
  checkSize(width, height, 'size');
  if (!RESIZE_FILTERS.includes(interpolation)) {
    throw unknownName('interpolation', String(interpolation), RESIZE_FILTERS, 'interpolation');
  }
  if (image.width === width && image.height === height) return image;
  if (interpolation === 'nearest') return resizeNearest(image, width, height);
  const rows = (before: Image) => {
    if (before.width === width) return before;
    return resizeRows(before, width, coefficientsOf(before.width, width, interpolation));
  };
  const columns = (before: Image) => {
    if (before.height === height) return before;
    return resizeColumns(before, height, coefficientsOf(before.height, height, interpolation));
  };
  return columnsComeFirst(image, { width, height }) ? rows(columns(image)) : columns(rows(image));
}

/** Where the height loses more than twice what the width does; Pillow before 13 always begins with the rows. */
function columnsComeFirst(image: Image, { width, height }: ResizeOptions): boolean {
  return height < image.height && image.height - height > 2 * (image.width - width);
}
