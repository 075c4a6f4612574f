import { blankImage, type Image } from '../../image.js';
import { colourModelOf, ROW_WRITERS } from './colours.js';
import { type Frame, readFrame, type Tables } from './frame.js';
import { type JpegHeader, segmentsOf } from './header.js';
import { HuffmanTable } from './huffman.js';
import { inverseDct } from './inverse-dct.js';
import { decodeScan } from './scan.js';
import { rowsOf } from './upsample.js';
import { ZIGZAG } from './zigzag.js';

/** More scans than an encoder makes: each goes over all of the picture, and may be a few bytes. */
const MAX_SCANS = 100;

/**
 * Decodes a JPEG file of 8 bits, sequential or progressive, Huffman coded (ITU-T T.81), with the arithmetic of libjpeg,
 * bit for bit. Own code, because no library does that and bundles for pages as it is: the README has the figures.
 *
 * @throws Error whose message says what is wrong with the file
 */
export function decodeJpeg(bytes: Uint8Array, header: JpegHeader): Image {
  const model = colourModelOf(header);
  const frame = readScans(bytes);
  if (frame.progressive) transformAll(frame);
  const image = blankImage(frame.width, frame.height, model === 'grey' ? 1 : 3);
  // One component alone fills the picture, whatever its sampling factors say.
  const readers = frame.components.map((component) => rowsOf(component, frame));
  for (let y = 0; y < frame.height; y++)
    ROW_WRITERS[model](
      readers.map((read) => read(y)),
      image,
      y,
    );
  return image;
}

function readScans(bytes: Uint8Array): Frame {
  const tables: Tables = { quantization: [], dc: [], ac: [], restartInterval: 0 };
  let frame: Frame | undefined;
  let scans = 0;
  const segments = segmentsOf(bytes);
  for (let step = segments.next(); !step.done; ) {
    const { marker, content, end } = step.value;
    let position = end;
    if (marker === 0xd9) break;
    if (marker === 0xdb) readQuantization(content, tables);
    if (marker === 0xc4) readHuffman(content, tables);
    if (marker === 0xdd) tables.restartInterval = ((content[0] ?? 0) << 8) | (content[1] ?? 0);
    if (marker >= 0xc0 && marker <= 0xc2) {
      if (frame !== undefined) throw new Error('a second frame');
      frame = readFrame(content, marker === 0xc2);
    }
    if (marker === 0xda) {
      if (frame === undefined) throw new Error('a scan before the frame');
      if (++scans > MAX_SCANS) throw new Error(`more than ${MAX_SCANS} scans`);
      position = decodeScan(bytes, end, content, frame, tables);
    }
    step = segments.next(position);
  }
  if (frame?.components.some(({ quantization }) => quantization === undefined) ?? true) {
    throw new Error('a component without a scan');
  }
  return frame!;
}

function readQuantization(content: Uint8Array, { quantization }: Tables): void {
  for (let at = 0; at < content.length; ) {
    const wide = content[at]! >> 4 !== 0;
    const id = content[at++]! & 15;
    const length = wide ? 128 : 64;
    if (at + length > content.length) throw new Error('a quantization table is cut off');
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++) {
      table[ZIGZAG[k]!] = wide ? (content[at + 2 * k]! << 8) | content[at + 2 * k + 1]! : content[at + k]!;
    }
    quantization[id] = table;
    at += length;
  }
}

function readHuffman(content: Uint8Array, tables: Tables): void {
  for (let at = 0; at < content.length; ) {
    const kind = content[at]! >> 4 === 0 ? tables.dc : tables.ac;
    const id = content[at]! & 15;
    const counts = content.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const end = at + 17 + total;
    if (end > content.length) throw new Error('a Huffman table is cut off');
    kind[id] = new HuffmanTable(counts, content.subarray(at + 17, end));
    at = end;
  }
}

function transformAll({ components }: Frame): void {
  for (const { coefficients, quantization, samples, blocksAcross, blocksDown } of components) {
    for (let row = 0, at = 0; row < blocksDown; row++) {
      for (let column = 0; column < blocksAcross; column++, at += 64) {
        const to = row * 64 * blocksAcross + column * 8;
        inverseDct(coefficients!, at, quantization!, samples, to, blocksAcross * 8);
      }
    }
  }
}
