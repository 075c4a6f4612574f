import { clampToByte } from '../byte.js';
import { blankImage, type Image } from '../image.js';
import { type Coefficients, PRECISION_BITS } from './coefficients.js';

const HALF = 1 << (PRECISION_BITS - 1);

/** Every row by itself. */
export function resizeRows(image: Image, width: number, { stride, starts, counts, weights }: Coefficients): Image {
  const { height, channels, data } = image;
  const resized = blankImage(width, height, channels);
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * image.width * channels;
    for (let x = 0; x < width; x++) {
      const first = row + starts[x]! * channels;
      const begin = x * stride;
      const end = begin + counts[x]!;
      for (let channel = 0; channel < channels; channel++) {
        let sum = HALF;
        for (let k = begin, from = first + channel; k < end; k++, from += channels) sum += data[from]! * weights[k]!;
        resized.data[to++] = clampToByte(sum >> PRECISION_BITS);
      }
    }
  }
  return resized;
}

/** Every column by itself: whole rows are added up, which is how they lie in memory. */
export function resizeColumns(image: Image, height: number, { stride, starts, counts, weights }: Coefficients): Image {
  const { width, channels, data } = image;
  const resized = blankImage(width, height, channels);
  const length = width * channels;
  const sums = new Int32Array(length);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let k = 0, from = starts[y]! * length; k < counts[y]!; k++, from += length) {
      const weight = weights[y * stride + k]!;
      for (let x = 0; x < length; x++) sums[x]! += data[from + x]! * weight;
    }
    for (let x = 0, to = y * length; x < length; x++) resized.data[to + x] = clampToByte(sums[x]! >> PRECISION_BITS);
  }
  return resized;
}

/** Each new sample is the old one that its middle falls on. */
export function resizeNearest(image: Image, width: number, height: number): Image {
  const { channels, data } = image;
  const resized = blankImage(width, height, channels);
  const columns = nearestOf(image.width, width);
  const rows = nearestOf(image.height, height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = rows[y]! * image.width;
    for (let x = 0; x < width; x++) {
      const from = (row + columns[x]!) * channels;
      for (let channel = 0; channel < channels; channel++) resized.data[to++] = data[from + channel]!;
    }
  }
  return resized;
}

/** Adds up the step, as Pillow's src/libImaging/Geometry.c does: multiplying would round elsewhere. */
function nearestOf(from: number, to: number): Int32Array {
  const step = from / to;
  let place = step * 0.5;
  return new Int32Array(to).map(() => {
    const index = Math.min(Math.trunc(place), from - 1);
    place += step;
    return index;
  });
}
