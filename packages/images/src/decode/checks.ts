import { SenetError } from '@senet/core/graph';
import { MAX_PIXELS, MAX_SIDE } from '../image.js';
import { type JpegHeader, readJpegHeader } from './jpeg/header.js';
import type { DecodeOptions } from './options.js';
import { type PngHeader, readPngHeader } from './png/header.js';

/** Deflate cannot shrink data more than this. */
const DEFLATE_RATIO = 1032;
/** A block of 8×8 samples takes a bit at least: pixels that a byte of a JPEG file can stand for. */
const JPEG_RATIO = 8 * 64;

/**
 * The header of a PNG, once it is certain that the picture can be decoded.
 *
 * @throws SenetError `FileInvalid`, before anything is allocated
 */
export function checkPng(bytes: Uint8Array, path: string, { grey16 }: DecodeOptions): PngHeader {
  const header = readPngHeader(bytes);
  checkClaims(header, (bytes.length * DEFLATE_RATIO * 8) / header.depth, path);
  if (header.depth === 16 && header.colourType === 0 && (grey16 ?? 'refuse') === 'refuse') {
    throw grey16Error(path);
  }
  return header;
}

export function grey16Error(path: string): SenetError {
  return new SenetError('FileInvalid', 'is grey of 16 bits, which has no one meaning as 8 bits', {
    path,
    expected: "8 bits, or the option grey16: 'scale' (the upper byte) or, for PNG, 'clip' (255 at most, as Pillow)",
  });
}

/** The same for a JPEG. */
export function checkJpeg(bytes: Uint8Array, path: string): JpegHeader {
  const header = readJpegHeader(bytes);
  checkClaims(header, bytes.length * JPEG_RATIO, path);
  if (header.depth !== 8 || header.frame > 0xc2) {
    throw new SenetError('FileInvalid', 'is a JPEG of a rare kind', {
      path,
      expected: 'samples of 8 bits, Huffman coded, sequential or progressive',
    });
  }
  return header;
}

function checkClaims({ width, height }: { width: number; height: number }, possible: number, path: string): void {
  const fits = width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS;
  if (!fits) {
    throw new SenetError('FileInvalid', `claims to have ${width}×${height} pixels`, {
      path,
      expected: `sides of 1 to ${MAX_SIDE}, and at most ${MAX_PIXELS} pixels`,
    });
  }
  if (width * height <= possible) return;
  throw new SenetError('FileInvalid', `is too small to hold ${width}×${height} pixels`, {
    path,
    expected: 'a whole file',
  });
}
