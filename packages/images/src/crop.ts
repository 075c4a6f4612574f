import { SenetError } from '@senet/core/graph';
import { blankImage, checkImage, checkSize, type Image } from './image.js';
import { roundHalfToEven } from './round.js';

export interface CropOptions {
  readonly width: number;
  readonly height: number;
  /** What surrounds an image that is smaller: one value for each of its channels, 0 to 255; black by default. */
  readonly fill?: readonly number[] | undefined;
}

/**
 * The middle of an image; one that is smaller is surrounded by `fill` first, a side of odd width getting the larger
 * share on the right and at the bottom.
 *
 * Source: torchvision's `center_crop`, whose halves round to the even number; timm's `center_crop_or_pad`.
 *
 * @throws SenetError `InputInvalid` for sizes that are none, or a `fill` of other than the image's channels
 * @example
 * ```ts
 * const square = cropCenter(image, { width: 224, height: 224 });
 * ```
 */
export function cropCenter(image: Image, { width, height, fill }: CropOptions): Image {
  checkImage(image);
  checkSize(width, height, 'size');
  if (image.width === width && image.height === height) return image;
  const cropped = blankImage(width, height, image.channels);
  if (fill !== undefined) fillWith(cropped, fill);
  const across = placeOf(image.width, width);
  const down = placeOf(image.height, height);
  const { channels } = image;
  for (let y = 0; y < down.length; y++) {
    const from = ((down.from + y) * image.width + across.from) * channels;
    const to = ((down.to + y) * width + across.to) * channels;
    cropped.data.set(image.data.subarray(from, from + across.length * channels), to);
  }
  return cropped;
}

/** Where `length` samples of a line lie in the old one and in the new one. */
function placeOf(size: number, wanted: number): { from: number; to: number; length: number } {
  if (wanted > size) return { from: 0, to: Math.floor((wanted - size) / 2), length: size };
  return { from: roundHalfToEven((size - wanted) / 2), to: 0, length: wanted };
}

function fillWith({ data, channels }: Image, fill: readonly number[]): void {
  if (fill.length !== channels) {
    throw new SenetError('InputInvalid', `has ${fill.length} values`, {
      path: 'fill',
      expected: `${channels}, one for each channel`,
    });
  }
  for (let i = 0; i < data.length; i++) data[i] = fill[i % channels]!;
}
