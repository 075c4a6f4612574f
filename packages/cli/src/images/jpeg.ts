import { decode } from 'jpeg-js';
import { fromRgba, type Image, MAX_PIXELS } from './image.js';

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Always three channels, as the file has them: a rotation in its metadata is not applied. */
export function decodeJpeg(bytes: Uint8Array): Image {
  const decoded = decode(bytes, { useTArray: true, tolerantDecoding: false, maxResolutionInMP: MAX_PIXELS / 1e6 });
  return fromRgba(decoded, 3, 0xff);
}
