import { concatenated, invalid, shortName } from '../bytes.js';
import { lookup3 } from './checksum.js';

/** Fields of HDF5's metadata, little-endian, one after another. */
export type Field = Uint8Array | readonly Field[];

export const u8 = (...values: number[]): Uint8Array => Uint8Array.from(values);
export const u16 = (value: number): Uint8Array => integer(value, 2);
export const u32 = (value: number): Uint8Array => integer(value, 4);
export const u64 = (value: number): Uint8Array => integer(value, 8);

/** An address where nothing is. */
export const UNDEFINED: Uint8Array = new Uint8Array(8).fill(0xff);

function integer(value: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  for (let i = 0, rest = value; i < width; i++, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}

/** A text, which HDF5 ends with a zero and so cannot hold one. */
export function text(value: string, place: string): Uint8Array {
  if (/\p{Surrogate}|\0/u.test(value)) throw invalid(shortName(place), 'a zero or half a character', 'UTF-8 text');
  return new TextEncoder().encode(value);
}

export function join(...fields: readonly Field[]): Uint8Array {
  return concatenated(fields.flat(Number.POSITIVE_INFINITY as 1) as Uint8Array[]);
}

/** Fields with their checksum behind them. */
export function checked(...fields: readonly Field[]): Uint8Array {
  const bytes = join(...fields);
  return join(bytes, u32(lookup3(bytes)));
}
