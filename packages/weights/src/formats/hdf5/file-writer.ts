import { invalid, shortName } from '../bytes.js';
import type { DType, RawTensor } from '../tensor.js';
import { checked, type Field, join, text, UNDEFINED, u8, u16, u32, u64 } from './byte-writer.js';
import { MESSAGE } from './object-header.js';
import { SIGNATURE } from './superblock.js';

const SUPERBLOCK_BYTES = 48;
const ALIGNMENT = 8;
/** A message says its length in 16 bits; Keras, too, keeps lists of names in attributes below this. */
export const MAX_ATTRIBUTE_BYTES = 64_512;

/** Texts as attributes: one, or a list. */
export type Attributes = Readonly<Record<string, string | readonly string[]>>;

/**
 * Writes an HDF5 file, from the leaves up: every object's address is known before that of the group it is in. The form
 * is the compact one that HDF5 libraries read since 1.8 (2008): superblock 2, links and attributes in object headers,
 * values in one piece.
 */
export class FileWriter {
  readonly #parts: Uint8Array[] = [new Uint8Array(SUPERBLOCK_BYTES)];
  #at = SUPERBLOCK_BYTES;

  /** @returns the dataset's address */
  dataset({ dtype, shape, bytes }: RawTensor): number {
    const address = bytes.length === 0 ? UNDEFINED : u64(this.#append(bytes));
    return this.#header([
      message(MESSAGE.dataspace, dataspace(shape)),
      message(MESSAGE.datatype, DATATYPES[dtype]),
      message(0x05, u8(3, 0x0a)), // the fill value: the default one, written where nothing else is
      message(MESSAGE.layout, [u8(3, 1), address, u64(bytes.length)]),
    ]);
  }

  /** @returns the group's address */
  group(members: ReadonlyMap<string, number>, attributes: Attributes, place: string): number {
    return this.#header([
      message(MESSAGE.linkInfo, [u8(0, 0), UNDEFINED, UNDEFINED]),
      message(0x0a, u8(0, 0)), // group information: none
      ...Object.entries(attributes).map(([name, value]) => attribute(name, value, place)),
      ...[...members].map(([name, address]) => link(name, address)),
    ]);
  }

  /** The whole file, once all is written. */
  finish(root: number): Uint8Array {
    const bytes = join(this.#parts);
    const bounds = [u64(0), UNDEFINED, u64(bytes.length), u64(root)];
    bytes.set(
      checked(
        Uint8Array.from(SIGNATURE, (char) => char.charCodeAt(0)),
        u8(2, 8, 8, 0),
        bounds,
      ),
    );
    return bytes;
  }

  #header(messages: readonly Field[]): number {
    const content = join(messages);
    return this.#append(checked(text('OHDR', ''), u8(2, 2), u32(content.length), content));
  }

  #append(bytes: Uint8Array): number {
    const address = this.#at;
    const padding = new Uint8Array(-bytes.length & (ALIGNMENT - 1));
    this.#parts.push(bytes, padding);
    this.#at += bytes.length + padding.length;
    return address;
  }
}

function message(type: number, content: Field): Field {
  const bytes = join(content);
  return [u8(type), u16(bytes.length), u8(0), bytes];
}

function link(name: string, address: number): Field {
  const bytes = text(name, name);
  return message(MESSAGE.link, [u8(1, 0x11, 1), u16(bytes.length), bytes, u64(address)]);
}

function attribute(name: string, value: string | readonly string[], place: string): Field {
  const texts = (typeof value === 'string' ? [value] : value).map((one) => text(one, name));
  const width = Math.max(1, ...texts.map(({ length }) => length));
  if (width * texts.length > MAX_ATTRIBUTE_BYTES) {
    throw invalid(place, `${shortName(name)} of ${width * texts.length} bytes`, `at most ${MAX_ATTRIBUTE_BYTES}`);
  }
  const padded = texts.map((one) => [one, new Uint8Array(width - one.length)]);
  const nameBytes = [text(name, name), u8(0)];
  const type = [u8(0x13, 0x11, 0, 0), u32(width)]; // UTF-8, padded with zeros
  const space = dataspace(typeof value === 'string' ? [] : [value.length]);
  const sizes = [nameBytes, type, space].map((part) => u16(join(part).length));
  return message(MESSAGE.attribute, [u8(3, 0), sizes, u8(1), nameBytes, type, space, padded]);
}

function dataspace(shape: readonly number[]): Field {
  return [u8(2, shape.length, 0, shape.length === 0 ? 0 : 1), shape.map(u64)];
}

const integer = (bytes: number, signed: boolean): Field => [
  u8(0x10, signed ? 8 : 0, 0, 0),
  u32(bytes),
  u16(0),
  u16(bytes * 8),
];

const float = (bytes: number, exponentBits: number, mantissaBits: number): Field => [
  u8(0x11, 0x20, bytes * 8 - 1, 0),
  u32(bytes),
  u16(0),
  u16(bytes * 8),
  u8(mantissaBits, exponentBits, 0, mantissaBits),
  u32(2 ** (exponentBits - 1) - 1),
];

const DATATYPES: Readonly<Record<DType, Field>> = {
  I64: integer(8, true),
  I32: integer(4, true),
  I16: integer(2, true),
  I8: integer(1, true),
  U8: integer(1, false),
  F64: float(8, 11, 52),
  F32: float(4, 8, 23),
  F16: float(2, 5, 10),
  BF16: float(2, 8, 7),
  // As h5py writes NumPy's bool.
  BOOL: [u8(0x38, 2, 0, 0), u32(1), integer(1, true), text('FALSE', ''), u8(0), text('TRUE', ''), u8(0, 0, 1)],
};
