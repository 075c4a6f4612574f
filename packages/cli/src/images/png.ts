import { SenetError } from '@senet/core/graph';
import { PNG } from 'pngjs';
import { fromRgba, type Image, MAX_PIXELS } from './image.js';

const SIGNATURE = 8;
const GREY = [0, 4];

export function isPng(bytes: Uint8Array): boolean {
  return bytes.length > SIGNATURE && [0x89, 0x50, 0x4e, 0x47].every((byte, i) => bytes[i] === byte);
}

/** Grey stays one channel, palettes and colours become three, transparency is dropped; 16 bits keep their precision. */
export function decodePng(bytes: Uint8Array, path: string): Image {
  const { pixels, depth, colorType } = readHeader(bytes);
  if (pixels > MAX_PIXELS) {
    throw new SenetError('FileInvalid', `has ${pixels} pixels`, { path, expected: `at most ${MAX_PIXELS}` });
  }
  const deep = depth === 16;
  const decoded = PNG.sync.read(Buffer.from(withoutTransparency(bytes)), { skipRescale: deep });
  return fromRgba(decoded, GREY.includes(colorType) ? 1 : 3, deep ? 0xffff : 0xff);
}

/** What the first chunk says: width, height, bit depth, colour type. */
function readHeader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { pixels: view.getUint32(16) * view.getUint32(20), depth: view.getUint8(24), colorType: view.getUint8(25) };
}

/** Without tRNS chunks: pngjs makes their colour black, and it is a colour like any other where alpha is dropped. */
function withoutTransparency(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, SIGNATURE)];
  for (let at = SIGNATURE; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type !== 'tRNS') kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}
