import { SenetError } from '@senet/core/graph';
import { elementCount, hostOrder, invalid, MAX_RANK, shortName } from './bytes.js';
import { raiseF16 } from './half.js';
import { type NpyHeader, parseNpyHeader } from './npy-header.js';

// The format: NumPy's numpy/lib/format.py (NEP 1). Magic, version, header length, a Python dict literal, the data.
const MAGIC = '\x93NUMPY';
const PREFIX_BYTES = MAGIC.length + 2;
/** NumPy's own limit for headers it does not trust. */
const MAX_HEADER_BYTES = 10_000;
const ALIGNMENT = 64;
/** NumPy leaves room to write a larger first axis in place: up to 21 digits. */
const GROWTH_DIGITS = 21;

/** What holds the elements of each type; half floats are raised to float32. */
const VIEWS = {
  b1: Uint8Array,
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f2: Uint16Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

/** NumPy's type strings without byte order: kind and bytes; `b1` is bool. */
export type NpyDType = keyof typeof VIEWS;

export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array out of a .npy file, always row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly dtype: NpyDType;
  /** The elements: f2 as Float32Array, b1 as 0 and 1 in a Uint8Array, i8 and u8 as bigints. */
  readonly data: NpyData;
}

/**
 * Reads a .npy file of version 1 to 3: booleans, integers and floats of either byte order. Fortran order is brought to
 * row-major. The data is a view into `bytes` where byte order, memory order and alignment allow it, else a copy.
 *
 * @param path the file's name, for errors
 * @throws SenetError `FileInvalid` for whatever is no such file, records and pickled objects included; a shape that
 *   does not match the bytes is refused before anything is allocated
 * @example
 * const { shape, data } = readNpy(await readFileBytes('pixels.npy'), 'pixels.npy');
 */
export function readNpy(bytes: Uint8Array, path = 'npy'): NpyArray {
  const array = readNpyBits(bytes, path);
  return array.dtype === 'f2' ? { ...array, data: raiseF16(array.data as Uint16Array) } : array;
}

/** As {@link readNpy}, but f2 as the bits of its halves, in a Uint16Array. */
export function readNpyBits(bytes: Uint8Array, path = 'npy'): NpyArray {
  const { header, dataBegin } = readHeader(bytes, path);
  const { dtype, order } = parseDescr(header.descr, path);
  const { shape } = header;
  const View: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => NpyData = VIEWS[dtype];
  const itemSize = VIEWS[dtype].BYTES_PER_ELEMENT;
  const length = elementCount(shape);
  const available = bytes.length - dataBegin;
  if (length === undefined || length * itemSize !== available) {
    const claim = `the header claims (${shape.join(', ')}) elements of ${header.descr}`;
    throw invalid(path, claim, `as many as the ${available} bytes of data hold`);
  }
  const { buffer, byteOffset } = hostOrder(bytes.subarray(dataBegin), itemSize, order);
  const data = new View(buffer, byteOffset, length);
  return { shape, dtype, data: header.fortranOrder ? rowMajor(data, shape) : data };
}

/** The elements as float32: those of an f4 or f2 array as they are, all others rounded to the nearest. */
export function npyToFloat32({ data }: NpyArray): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number);
  return new Float32Array(data);
}

/**
 * Writes float32 values as a .npy file of version 1.0, byte for byte as NumPy does.
 *
 * @param shape axes whose product is the number of values; `[]` for a scalar
 * @throws SenetError `ShapeMismatch` when the shape does not hold exactly these values
 */
export function writeNpy(values: Float32Array, shape: readonly number[]): Uint8Array {
  if (elementCount(shape) !== values.length) {
    throw new SenetError('ShapeMismatch', `${values.length} values do not fill the shape (${shape.join(', ')})`, {
      expected: `at most ${MAX_RANK} axes whose product is the number of values`,
    });
  }
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return encodeNpy('<f4', shape, hostOrder(bytes, 4));
}

/**
 * A .npy file of version 1.0, byte for byte as NumPy does.
 *
 * @param descr NumPy's type string, `<f4`
 * @param bytes the elements as that says, row-major: nothing of them is checked
 */
export function encodeNpy(descr: string, shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const room = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }${' '.repeat(room)}`;
  // NumPy adds a whole block of 64 where none would be needed.
  const used = PREFIX_BYTES + 2 + dict.length + 1;
  const header = `${dict}${' '.repeat(ALIGNMENT - (used % ALIGNMENT))}\n`;
  const lengthBytes = String.fromCharCode(header.length & 0xff, header.length >>> 8);
  const prefix = Uint8Array.from(`${MAGIC}\x01\x00${lengthBytes}${header}`, (char) => char.charCodeAt(0));

  const file = new Uint8Array(prefix.length + bytes.length);
  file.set(prefix);
  file.set(bytes, prefix.length);
  return file;
}

function readHeader(bytes: Uint8Array, path: string): { header: NpyHeader; dataBegin: number } {
  const magic = latin1(bytes.subarray(0, MAGIC.length));
  const [major = 0, minor = 0] = bytes.subarray(MAGIC.length, PREFIX_BYTES);
  if (magic !== MAGIC) throw invalid(path, 'this is no .npy file', `'\\x93NUMPY' as its first bytes`);
  if (major < 1 || major > 3 || minor !== 0)
    throw invalid(path, `version ${major}.${minor}`, 'version 1.0, 2.0 or 3.0');

  const lengthBytes = major === 1 ? 2 : 4;
  const headerBegin = PREFIX_BYTES + lengthBytes;
  if (bytes.length < headerBegin)
    throw invalid(path, 'the file ends before its header', `${headerBegin} bytes or more`);
  const field = new DataView(bytes.buffer, bytes.byteOffset + PREFIX_BYTES);
  const length = major === 1 ? field.getUint16(0, true) : field.getUint32(0, true);
  const limit = Math.min(bytes.length - headerBegin, MAX_HEADER_BYTES);
  if (length > limit) throw invalid(path, `the header claims ${length} bytes`, `at most ${limit}`);

  const dataBegin = headerBegin + length;
  return { header: parseNpyHeader(latin1(bytes.subarray(headerBegin, dataBegin)), path), dataBegin };
}

function parseDescr(descr: string, path: string): { dtype: NpyDType; order: 'little' | 'big' } {
  const dtype = descr.slice(1);
  const oneByte = dtype.endsWith('1');
  if (!Object.hasOwn(VIEWS, dtype) || !(oneByte ? '|<>' : '<>').includes(descr[0]!)) {
    const known = Object.keys(VIEWS).join(', ');
    throw invalid(
      path,
      `unknown type '${shortName(descr)}'`,
      `'<', '>' or, for single bytes, '|', and one of ${known}`,
    );
  }
  return { dtype: dtype as NpyDType, order: descr[0] === '>' ? 'big' : 'little' };
}

/** From the first axis running fastest to the last one running fastest. */
function rowMajor<T extends NpyData>(data: T, shape: readonly number[]): T {
  const source = data as Float32Array; // any element type: elements are moved, never looked at
  const target = source.slice();
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to++) {
    target[to] = source[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return target as T;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
