import { SenetError } from '@senet/core/graph';

/**
 * A picture: one byte a sample, row by row from the top, the channels of a pixel together.
 *
 * There is no alpha: what a network sees has none, and {@link decodeImage} and {@link fromImageData} drop it as Pillow's
 * `convert('RGB')` does, without blending.
 */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for red, green, blue. */
  readonly channels: 1 | 3;
  /** `height · width · channels` samples, 0 to 255. */
  readonly data: Uint8Array;
}

/** What a canvas gives: red, green, blue, alpha. */
export interface ImageDataLike {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * The most pixels of an image that is decoded or made, 2²⁸ (268 million): a small file may claim to be a huge picture.
 */
export const MAX_PIXELS = 2 ** 28;

/** The longest side of one. */
export const MAX_SIDE = 2 ** 17;

/** An image without content: black. */
export function blankImage(width: number, height: number, channels: 1 | 3): Image {
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}

/**
 * The pixels of a canvas as an image of three channels; alpha is dropped.
 *
 * @param pixels `ImageData`, or what has the same fields: `height · width · 4` samples
 * @throws SenetError `InputInvalid` where the length does not fit the size
 * @example
 * ```ts
 * const image = fromImageData(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height));
 * ```
 */
export function fromImageData({ width, height, data }: ImageDataLike): Image {
  checkSize(width, height, 'image');
  if (data.length !== width * height * 4) {
    throw new SenetError('InputInvalid', `has ${data.length} samples`, {
      path: 'image.data',
      expected: `${width}×${height}×4 of them: red, green, blue, alpha`,
    });
  }
  const image = blankImage(width, height, 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    image.data[to++] = data[from]!;
    image.data[to++] = data[from + 1]!;
    image.data[to++] = data[from + 2]!;
  }
  return image;
}

/** @throws SenetError `InputInvalid` for an image whose fields contradict each other */
export function checkImage({ width, height, channels, data }: Image): void {
  checkSize(width, height, 'image');
  if (channels !== 1 && channels !== 3) {
    throw new SenetError('InputInvalid', `has ${channels} channels`, { path: 'image', expected: '1 or 3' });
  }
  if (data.length === width * height * channels) return;
  throw new SenetError('InputInvalid', `has ${data.length} samples`, {
    path: 'image.data',
    expected: `${width}×${height}×${channels} of them`,
  });
}

/** @throws SenetError `InputInvalid` for what is no size of an image */
export function checkSize(width: number, height: number, path: string): void {
  if ([width, height].every(isSide) && width * height <= MAX_PIXELS) return;
  throw new SenetError('InputInvalid', `${width}×${height} is no size of an image`, {
    path,
    expected: `whole numbers from 1 to ${MAX_SIDE}, and at most ${MAX_PIXELS} pixels`,
  });
}

function isSide(length: number): boolean {
  return Number.isInteger(length) && length >= 1 && length <= MAX_SIDE;
}
