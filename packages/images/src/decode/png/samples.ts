import type { DecodeOptions } from '../options.js';
import type { PngHeader } from './header.js';

/** Reads a row's samples, one byte each; they are valid until the next row is read. */
export type SampleReader = (row: Uint8Array) => Uint8Array;

/**
 * How a file's samples become bytes: less than 8 bits of grey are stretched to 0 to 255, indices stay what they are, of
 * 16 bits the upper 8 are kept.
 *
 * @param count samples of a row at most
 */
export function sampleReader({ depth, colourType }: PngHeader, count: number, { grey16 }: DecodeOptions): SampleReader {
  if (depth === 8) return (row) => row;
  const samples = new Uint8Array(count);
  if (depth === 16) {
    const clip = grey16 === 'clip' && colourType === 0;
    return (row) => {
      for (let i = 0; 2 * i < row.length; i++)
        samples[i] = clip && row[2 * i]! > 0 ? 255 : row[clip ? 2 * i + 1 : 2 * i]!;
      return samples;
    };
  }
  const most = (1 << depth) - 1;
  const factor = colourType === 3 ? 1 : 255 / most;
  return (row) => {
    for (let i = 0; i < samples.length; i++) {
      const bit = i * depth;
      samples[i] = ((row[bit >> 3]! >> (8 - depth - (bit & 7))) & most) * factor;
    }
    return samples;
  };
}
