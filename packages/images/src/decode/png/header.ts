import type { Orientation } from '../../orientation.js';
import { readOrientation } from '../exif.js';
import { crc32 } from './crc32.js';

/** What a PNG file says of itself. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample, or of a palette's index. */
  readonly depth: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha. */
  readonly colourType: number;
  readonly interlaced: boolean;
  readonly orientation: Orientation;
}

export interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
  /** Whether its checksum is right. */
  isWhole(): boolean;
}

const SIGNATURE = 8;

/** Chunk by chunk (PNG, 5.3), to the last one that is not cut off. */
export function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) return;
    const checked = bytes.subarray(at + 4, end);
    yield {
      type: String.fromCharCode(...checked.subarray(0, 4)),
      content: checked.subarray(4),
      isWhole: () => view.getUint32(end) === crc32(checked),
    };
    at = end + 4;
  }
}

export function readPngHeader(bytes: Uint8Array): PngHeader {
  let orientation: Orientation = 1;
  let header: Omit<PngHeader, 'orientation'> | undefined;
  for (const { type, content } of chunksOf(bytes)) {
    if (type === 'IHDR' && content.length >= 13) header ??= readSize(content);
    if (type === 'eXIf') orientation = readOrientation(content);
  }
  if (header === undefined) throw new Error('there is no header');
  return { ...header, orientation };
}

function readSize(content: Uint8Array): Omit<PngHeader, 'orientation'> {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: view.getUint8(8),
    colourType: view.getUint8(9),
    interlaced: view.getUint8(12) === 1,
  };
}
