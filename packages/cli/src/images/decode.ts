import { SenetError } from '@senet/core/graph';
import type { Image } from './image.js';
import { decodeJpeg, isJpeg } from './jpeg.js';
import { decodePng, isPng } from './png.js';

/**
 * Decodes a PNG or JPEG file, told apart by its first bytes. Values are 0 to 1; grey PNGs have one channel, all other
 * images three; alpha is dropped.
 *
 * @param path the file's name, for errors
 * @throws SenetError `FileInvalid`
 * @example
 * ```ts
 * const { width, height, channels, data } = decodeImage(await readFileBytes('cat.png'), 'cat.png');
 * ```
 */
export function decodeImage(bytes: Uint8Array, path: string): Image {
  try {
    if (isPng(bytes)) return decodePng(bytes, path);
    if (isJpeg(bytes)) return decodeJpeg(bytes);
  } catch (cause) {
    if (cause instanceof SenetError) throw cause;
    throw new SenetError('FileInvalid', `cannot be decoded: ${(cause as Error).message}`, {
      path,
      expected: 'a whole PNG or JPEG',
      cause,
    });
  }
  throw new SenetError('FileInvalid', 'is no image that can be read', { path, expected: 'PNG, JPEG or .npy' });
}
