import type { Orientation } from '../../orientation.js';
import { readOrientation } from '../exif.js';

/** What a JPEG file says of itself before its first scan. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  /** Names of its channels, as numbers. */
  readonly components: readonly number[];
  /** The frame's marker: 0xc0 to 0xc2 are Huffman coded, without differences between frames. */
  readonly frame: number;
  readonly jfif: boolean;
  /** From Adobe's marker; `undefined` without it. */
  readonly adobeTransform: number | undefined;
  readonly orientation: Orientation;
}

export interface Segment {
  /** Second byte of the marker. */
  readonly marker: number;
  readonly content: Uint8Array;
  /** Position of the first byte after the content. */
  readonly end: number;
}

const TEXT = (bytes: Uint8Array, length: number) => String.fromCharCode(...bytes.subarray(0, length));

/** Marker by marker (T.81, B.1.1); `next(position)` goes on from there, for data that follows a segment. */
export function* segmentsOf(bytes: Uint8Array): Generator<Segment, void, number | undefined> {
  for (let at = 2; ; ) {
    while (at < bytes.length && (bytes[at] !== 0xff || bytes[at + 1] === 0xff || bytes[at + 1] === 0)) at++;
    const marker = bytes[at + 1];
    if (marker === undefined) throw new Error('the file ends before its end marker');
    const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
    const length = alone ? 0 : ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length || (!alone && length < 2)) throw new Error('a segment is cut off');
    const content = bytes.subarray(at + (alone ? 2 : 4), end);
    at = (yield { marker, content, end }) ?? end;
  }
}

export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  let jfif = false;
  let adobeTransform: number | undefined;
  let orientation: Orientation = 1;
  let frame: Pick<JpegHeader, 'width' | 'height' | 'depth' | 'components' | 'frame'> | undefined;
  for (const { marker, content } of segmentsOf(bytes)) {
    if (marker === 0xd9) break;
    if (marker === 0xe0 && TEXT(content, 5) === 'JFIF\0') jfif = true;
    if (marker === 0xe1 && TEXT(content, 6) === 'Exif\0\0') orientation = readOrientation(content.subarray(6));
    if (marker === 0xee && TEXT(content, 5) === 'Adobe' && content.length >= 12) adobeTransform = content[11];
    if (isFrame(marker)) frame ??= readFrameHeader(marker, content);
    if (marker === 0xda) break;
  }
  if (frame === undefined) throw new Error('there is no picture');
  return { ...frame, jfif, adobeTransform, orientation };
}

/** 0xc0 to 0xcf, but for Huffman tables, extensions, and conditions of arithmetic coding. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function readFrameHeader(marker: number, content: Uint8Array) {
  const [depth = 0, a = 0, b = 0, c = 0, d = 0, count = 0] = content;
  if (content.length < 6 + 3 * count) throw new Error('the frame is cut off');
  const components = Array.from({ length: count }, (_, i) => content[6 + 3 * i]!);
  return { frame: marker, depth, height: (a << 8) | b, width: (c << 8) | d, components };
}
