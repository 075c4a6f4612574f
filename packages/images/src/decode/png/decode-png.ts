import { blankImage, type Image } from '../../image.js';
import type { DecodeOptions } from '../options.js';
import { chunksOf, type PngHeader } from './header.js';
import { inflate } from './inflate.js';
import { sampleReader } from './samples.js';
import { unfilter } from './unfilter.js';

/** Samples of a pixel, and the depths that they may have, by colour type (PNG, table 11.1). */
const COLOUR_TYPES: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** Every `across`-th pixel of every `down`-th row, from `left` and `top` on. */
interface Pass {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
}

const WHOLE: readonly Pass[] = [{ left: 0, top: 0, across: 1, down: 1 }];

/** Adam7 (PNG, 8.2). */
const INTERLACED: readonly Pass[] = [
  { left: 0, top: 0, across: 8, down: 8 },
  { left: 4, top: 0, across: 8, down: 8 },
  { left: 0, top: 4, across: 4, down: 8 },
  { left: 2, top: 0, across: 4, down: 4 },
  { left: 0, top: 2, across: 2, down: 4 },
  { left: 1, top: 0, across: 2, down: 2 },
  { left: 0, top: 1, across: 1, down: 2 },
];

/**
 * Decodes a PNG file of any kind: grey stays one channel, palettes and colours become three, transparency is dropped.
 * Own code, because no library reads all of them and withstands hostile files in pages: figures in the README.
 *
 * @throws Error whose message says what is wrong with the file
 */
export async function decodePng(bytes: Uint8Array, header: PngHeader, options: DecodeOptions): Promise<Image> {
  const { width, height, depth, colourType } = header;
  const kind = COLOUR_TYPES[colourType];
  if (!kind?.depths.includes(depth)) throw new Error(`colour type ${colourType} of ${depth} bits`);
  const { palette, parts } = readChunks(bytes);
  if (colourType === 3 && palette === undefined) throw new Error('the palette is missing');

  const passes = passesOf(header, depth * kind.samples);
  const size = passes.reduce((sum, { rows, length }) => sum + rows * (length + 1), 0);
  const data = await inflate(parts, size);
  const image = blankImage(width, height, colourType === 0 || colourType === 4 ? 1 : 3);
  const samplesOf = sampleReader(header, width * kind.samples, options);
  let at = 0;
  for (const pass of passes) {
    const { rows, length } = pass;
    unfilter(data, at, rows, length, Math.max((depth * kind.samples) >> 3, 1));
    for (let row = 0; row < rows; row++, at += length + 1) {
      const samples = samplesOf(data.subarray(at + 1, at + 1 + length));
      writeRow(image, pass, row, samples, kind.samples, colourType === 3 ? palette : undefined);
    }
  }
  return image;
}

/** Takes as many samples of each pixel as the image has channels, and leaves its alpha. */
function writeRow(
  { width, channels, data }: Image,
  { left, top, across, down, columns }: SizedPass,
  row: number,
  samples: Uint8Array,
  step: number,
  palette: Uint8Array | undefined,
): void {
  const source = palette ?? samples;
  for (let x = 0, to = ((top + row * down) * width + left) * channels; x < columns; x++, to += across * channels) {
    const from = palette === undefined ? x * step : samples[x]! * 3;
    for (let channel = 0; channel < channels; channel++) data[to + channel] = source[from + channel]!;
  }
}

interface SizedPass extends Pass {
  readonly columns: number;
  readonly rows: number;
  /** Bytes of a row. */
  readonly length: number;
}

/** Those that have pixels. */
function passesOf({ width, height, interlaced }: PngHeader, bits: number): SizedPass[] {
  const sized = (interlaced ? INTERLACED : WHOLE).map((pass) => {
    const columns = Math.ceil((width - pass.left) / pass.across);
    return {
      ...pass,
      columns,
      rows: Math.ceil((height - pass.top) / pass.down),
      length: Math.ceil((columns * bits) / 8),
    };
  });
  return sized.filter(({ columns, rows }) => columns > 0 && rows > 0);
}

function readChunks(bytes: Uint8Array): { palette: Uint8Array | undefined; parts: Uint8Array<ArrayBuffer>[] } {
  let palette: Uint8Array | undefined;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const chunk of chunksOf(bytes)) {
    const critical = chunk.type[0]! <= 'Z';
    if (critical && !chunk.isWhole()) throw new Error(`the checksum of ${chunk.type} is wrong`);
    if (chunk.type === 'PLTE') palette = paletteOf(chunk.content);
    if (chunk.type === 'IDAT') parts.push(new Uint8Array(chunk.content));
    if (chunk.type === 'IEND') return { palette, parts };
  }
  throw new Error('the file ends before its last chunk');
}

/** 256 colours; those that the file leaves out are black, as in Pillow. */
function paletteOf(content: Uint8Array): Uint8Array {
  const palette = new Uint8Array(768);
  palette.set(content.subarray(0, 768));
  return palette;
}
