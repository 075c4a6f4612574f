import { SenetError } from '@senet/core/graph';
import { decodeOther } from '#others';
import type { Image } from '../image.js';
import { type Orientation, orient } from '../orientation.js';
import { checkJpeg, checkPng } from './checks.js';
import { type Format, formatOf } from './format.js';
import { decodeJpeg } from './jpeg/decode-jpeg.js';
import type { DecodeOptions } from './options.js';
import { decodePng } from './png/decode-png.js';

/**
 * Decodes a picture, told apart by its first bytes, as Pillow's `Image.open(…).convert('RGB')` does: palettes and inks
 * (CMYK) become colours, alpha is dropped and not blended, profiles are not applied. Grey stays one channel.
 *
 * PNG and JPEG (sequential and progressive) are decoded here, in Node and in browsers, bit for bit as Pillow does it.
 * WebP, AVIF, TIFF and GIF need `sharp` in Node; in a page they are what the browser makes of them, with three channels
 * always, and less exact colours where they are transparent.
 *
 * @param path the file's name, for errors
 * @throws SenetError `FileInvalid` for what is no picture, broken, or claims to be larger than its bytes can be;
 * `MissingPart` where `sharp` is needed and not installed; `InputInvalid` for options that a browser cannot obey
 * @example
 * ```ts
 * const { width, height, channels, data } = await decodeImage(await readFile('cat.jpg'), 'cat.jpg');
 * ```
 */
export async function decodeImage(bytes: Uint8Array, path: string, options: DecodeOptions = {}): Promise<Image> {
  const format = formatOf(bytes);
  if (format === undefined) {
    throw new SenetError('FileInvalid', 'is no image that can be read', {
      path,
      expected: 'PNG, JPEG, WebP, AVIF, TIFF or GIF',
    });
  }
  try {
    return await decodeAs(format, bytes, path, options);
  } catch (cause) {
    if (cause instanceof SenetError) throw cause;
    throw new SenetError('FileInvalid', `cannot be decoded: ${(cause as Error).message}`, {
      path,
      expected: `a whole ${format.toUpperCase()}`,
      cause,
    });
  }
}

async function decodeAs(format: Format, bytes: Uint8Array, path: string, options: DecodeOptions): Promise<Image> {
  if (format === 'png') {
    const header = checkPng(bytes, path, options);
    if (options.decoder === 'sharp' && header.depth < 16) return decodeOther(bytes, path, options);
    return upright(await decodePng(bytes, header, options), header, options);
  }
  if (format === 'jpeg' && options.decoder !== 'sharp') {
    const header = checkJpeg(bytes, path);
    return upright(decodeJpeg(bytes, header), header, options);
  }
  return decodeOther(bytes, path, options);
}

function upright(image: Image, header: { readonly orientation: Orientation }, { orientation }: DecodeOptions): Image {
  return orientation === 'ignore' ? image : orient(image, header.orientation);
}
