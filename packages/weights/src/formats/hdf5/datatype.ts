import { invalid } from '../bytes.js';
import type { DType } from '../tensor.js';
import type { WideUnsigned } from '../unsigned.js';
import type { Cursor } from './cursor.js';

/** What the elements of a dataset or attribute are. */
export type Datatype =
  | { readonly kind: 'number'; readonly dtype: NumberType; readonly size: number; readonly order: 'little' | 'big' }
  | { readonly kind: 'string'; readonly size: number }
  /** A string in the file's global heap. */
  | { readonly kind: 'variableString'; readonly size: number }
  | { readonly kind: 'other'; readonly size: number; readonly name: string };

type NumberType = DType | WideUnsigned;

const CLASS_NAMES = [
  'integer',
  'float',
  'time',
  'string',
  'bit field',
  'opaque',
  'compound',
  'reference',
  'enumeration',
];
const SIGNED: Readonly<Record<number, NumberType>> = { 1: 'I8', 2: 'I16', 4: 'I32', 8: 'I64' };
const UNSIGNED: Readonly<Record<number, NumberType>> = { 1: 'U8', 2: 'U16', 4: 'U32', 8: 'U64' };

/** Floats by where their exponent and mantissa stand: position and width of each, in bits. */
const FLOATS: Readonly<Record<string, NumberType>> = {
  '2 10,5 0,10': 'F16',
  '2 7,8 0,7': 'BF16',
  '4 23,8 0,23': 'F32',
  '8 52,11 0,52': 'F64',
};

/**
 * Reads a datatype message (HDF5 file format, section IV.A.2.d).
 *
 * @throws SenetError `FileInvalid` for a message that is none; types that are no numbers or strings are `other`
 */
export function readDatatype(message: Cursor): Datatype {
  const first = message.u8();
  const version = message.oneOf(first >> 4, [1, 2, 3, 4, 5], 'a datatype of version');
  const classOf = first & 0x0f;
  const flags = message.u8() | (message.u16() << 8);
  const size = message.u32();
  if (size === 0) throw invalid(message.place, 'elements of 0 bytes', '1 or more');
  const other = (name = CLASS_NAMES[classOf] ?? `class ${classOf}`): Datatype => ({ kind: 'other', size, name });
  switch (classOf) {
    case 0:
      return readInteger(message, size, flags) ?? other();
    case 1:
      return readFloat(message, size, flags) ?? other();
    case 3:
      return { kind: 'string', size };
    case 8:
      return readBoolean(message, size, flags, version) ?? other();
    case 9:
      return (flags & 0x0f) === 1 && size === 16 ? { kind: 'variableString', size } : other('variable-length list');
    default:
      return other();
  }
}

function readInteger(message: Cursor, size: number, flags: number): Datatype | undefined {
  const offset = message.u16();
  const precision = message.u16();
  const dtype = (flags & 0x08 ? SIGNED : UNSIGNED)[size];
  if (dtype === undefined || offset !== 0 || precision !== size * 8) return undefined;
  return { kind: 'number', dtype, size, order: flags & 1 ? 'big' : 'little' };
}

function readFloat(message: Cursor, size: number, flags: number): Datatype | undefined {
  const offset = message.u16();
  const precision = message.u16();
  const [exponentAt, exponentBits, mantissaAt, mantissaBits] = message.take(4);
  const dtype = FLOATS[`${size} ${exponentAt},${exponentBits} ${mantissaAt},${mantissaBits}`];
  const signAt = (flags >> 8) & 0xff;
  const isPlain = offset === 0 && precision === size * 8 && signAt === precision - 1 && (flags & 0x40) === 0;
  if (dtype === undefined || !isPlain) return undefined;
  return { kind: 'number', dtype, size, order: flags & 1 ? 'big' : 'little' };
}

/** NumPy's bool as h5py writes it: an enumeration of bytes, FALSE = 0 and TRUE = 1. */
function readBoolean(message: Cursor, size: number, flags: number, version: number): Datatype | undefined {
  // Looked at before it is read: an enumeration of enumerations of … would go on for the whole message.
  const baseClass = message.bytes[message.at]! & 0x0f;
  if (size !== 1 || baseClass !== 0 || (flags & 0xffff) !== 2) return undefined;
  if (readDatatype(message).size !== 1) return undefined;
  const names = [readMember(message, version), readMember(message, version)];
  const values = [...message.take(2)];
  if (names.join() !== 'FALSE,TRUE' || values.join() !== '0,1') return undefined;
  return { kind: 'number', dtype: 'BOOL', size, order: 'little' };
}

function readMember(message: Cursor, version: number): string {
  const bytes = message.zeroTerminated();
  const padded = Math.ceil((bytes.length + 1) / 8) * 8;
  if (version < 3) message.skip(padded - bytes.length - 1);
  return String.fromCharCode(...bytes.subarray(0, 8));
}

/** Reads a dataspace message: the axes, outermost first; `[]` is a scalar, no space at all is `[0]`. */
export function readDataspace(message: Cursor): number[] {
  const version = message.oneOf(message.u8(), [1, 2], 'a dataspace of version');
  const rank = message.u8();
  message.skip(1);
  const type = version === 2 ? message.u8() : 1;
  if (version === 1) message.skip(5);
  if (version === 2 && type === 2) return [0];
  return Array.from({ length: rank }, () => message.size());
}
