import type { NativeRuntime } from '../backend/contracts.js';
import type { Padded } from './geometry.js';

/**
 * The images of a batch, padded with zeros where that is needed: the one asked for last is kept in scratch space.
 *
 * @param x address of the batch
 * @param image what one image is: pixels down and across, and channels
 * @returns the address of the n-th image; the next call may overwrite it
 */
export function paddedImages(
  { memory, native }: NativeRuntime,
  x: number,
  image: { readonly height: number; readonly width: number; readonly channels: number },
  padded: Padded,
): (index: number) => number {
  const pixel = 4 * image.channels;
  const bytes = image.height * image.width * pixel;
  if (!padded.needed) return (index) => x + index * bytes;
  const address = memory.scratch('padded', padded.height * padded.width * pixel);
  const below = padded.height - padded.top - image.height;
  const right = (padded.width - padded.left - image.width) * pixel;
  const row = image.width * pixel;
  const inside = address + (padded.top * padded.width + padded.left) * pixel;
  let held = -1;
  return (index) => {
    if (index !== held) {
      const from = x + index * bytes;
      if (held < 0) {
        native.padRows(image.height, row, padded.top, below, padded.left * pixel, right, from, address);
      } else native.copyRows(image.height, row, padded.width * pixel, from, inside); // the zeros are there
      held = index;
    }
    return address;
  };
}
