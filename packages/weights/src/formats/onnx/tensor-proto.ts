import { elementCount, invalid, MAX_RANK, shortName } from '../bytes.js';
import { DTYPE_BYTES, type DType, type RawTensor } from '../tensor.js';
import { isWideUnsigned, type WideUnsigned, widened } from '../unsigned.js';
import { bytesOf, type Field, fields, integersOf, textOf } from './wire.js';

/** onnx.proto's TensorProto: the numbers of its fields. */
const FIELD = {
  dims: 1,
  dataType: 2,
  segment: 3,
  floats: 4,
  int32s: 5,
  int64s: 7,
  name: 8,
  raw: 9,
  doubles: 10,
  uint64s: 11,
  external: 13,
  location: 14,
} as const;

/** TensorProto.DataType. */
const DATA_TYPES: Readonly<Record<number, DType | WideUnsigned>> = {
  1: 'F32',
  2: 'U8',
  3: 'I8',
  4: 'U16',
  5: 'I16',
  6: 'I32',
  7: 'I64',
  9: 'BOOL',
  10: 'F16',
  11: 'F64',
  12: 'U32',
  13: 'U64',
  16: 'BF16',
};
const WIDE_BYTES = { U16: 2, U32: 4, U64: 8 } as const;

/** Values that stand in another file, as the model says where. */
interface ExternalData {
  readonly location: string;
  readonly offset: number;
  /** Bytes; as many as the shape needs where it is left out. */
  readonly length: number | undefined;
}

/** A tensor as the model has it: its values are taken when it is known where they are. */
export interface TensorProto {
  readonly name: string;
  readonly external: ExternalData | undefined;
  /** @param file the bytes of the file that `external` names */
  tensor(place: string, file?: Uint8Array): RawTensor;
}

/**
 * Reads a TensorProto. Its values are `raw_data`, or one of the typed lists (`int32_data` holds the small integers,
 * booleans and half floats, too).
 *
 * @throws SenetError `FileInvalid`; `tensor` does where values and shape do not agree, and for types such as strings,
 *   complex numbers or float8
 */
export function readTensorProto(bytes: Uint8Array, place: string): TensorProto {
  const parts = new Map<number, Field[]>();
  for (const field of fields(bytes, place)) {
    const known = parts.get(field.number);
    if (known) known.push(field);
    else parts.set(field.number, [field]);
  }
  const all = (number: number) => parts.get(number) ?? [];
  const last = (number: number) => all(number).at(-1);
  if (last(FIELD.segment)) throw invalid(place, 'a tensor in segments', 'a whole one');
  const name = last(FIELD.name);
  const external = last(FIELD.location)?.value === 1n ? readExternal(all(FIELD.external), place) : undefined;
  return {
    name: name ? textOf(name, place) : '',
    external,
    tensor(where, file) {
      const shape = [...integersOf(all(FIELD.dims), where)].map(Number);
      const code = last(FIELD.dataType)?.value;
      const dtype = typeof code === 'bigint' ? DATA_TYPES[Number(code)] : undefined;
      if (dtype === undefined)
        throw invalid(where, `data type ${code}`, `one of ${Object.values(DATA_TYPES).join(', ')}`);
      const count = elementCount(shape);
      if (count === undefined) throw invalid(where, 'no tensor can have this shape', `${MAX_RANK} axes at most`);
      const needed = count * (isWideUnsigned(dtype) ? WIDE_BYTES[dtype] : DTYPE_BYTES[dtype]);
      const values = external
        ? slice(external, needed, where, file)
        : (rawOf(last(FIELD.raw), where) ?? typed(dtype, all, where));
      if (values.length !== needed) {
        throw invalid(where, `${values.length} bytes of values`, `${needed} for ${dtype} [${shape.join(', ')}]`);
      }
      return isWideUnsigned(dtype) ? widened(values, shape, dtype, where) : { dtype, shape, bytes: values };
    },
  };
}

function rawOf(field: Field | undefined, place: string): Uint8Array | undefined {
  return field && bytesOf(field, place);
}

function readExternal(entries: readonly Field[], place: string): ExternalData {
  const texts = new Map<string, string>();
  for (const entry of entries) {
    const pair = ['', ''];
    for (const field of fields(bytesOf(entry, place), place)) {
      if (field.number === 1 || field.number === 2) pair[field.number - 1] = textOf(field, place);
    }
    texts.set(pair[0]!, pair[1]!);
  }
  const location = texts.get('location');
  const number = (key: string): number | undefined => {
    const text = texts.get(key);
    if (text === undefined) return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw invalid(place, `${key} '${shortName(text)}' of external data`, 'a number of bytes');
  };
  // A name with a path in it could be any file of the machine.
  if (location === undefined || location === '' || /^\.\.?$|[/\\:\0]/.test(location)) {
    throw invalid(place, `external data in '${shortName(location ?? '')}'`, "the name of a file in the model's folder");
  }
  return { location, offset: number('offset') ?? 0, length: number('length') };
}

function slice(external: ExternalData, needed: number, place: string, file?: Uint8Array): Uint8Array {
  const { location, offset, length = needed } = external;
  if (!file) throw invalid(place, `the values are in ${location}`, 'a model with its values in itself');
  if (offset + length > file.length) {
    throw invalid(place, `${length} bytes at ${offset} of ${location}`, `at most its ${file.length} bytes`);
  }
  return new Uint8Array(file.buffer, file.byteOffset + offset, length);
}

/** The values out of the list for their type, little-endian. */
function typed(dtype: DType | WideUnsigned, all: (number: number) => Field[], place: string): Uint8Array {
  switch (dtype) {
    case 'F32':
      return fixed(all(FIELD.floats), place);
    case 'F64':
      return fixed(all(FIELD.doubles), place);
    case 'I64':
      return integers(integersOf(all(FIELD.int64s), place), 8);
    case 'U32':
    case 'U64':
      return integers(integersOf(all(FIELD.uint64s), place), WIDE_BYTES[dtype]);
    case 'U16':
      return integers(integersOf(all(FIELD.int32s), place), 2);
    default:
      return integers(integersOf(all(FIELD.int32s), place), DTYPE_BYTES[dtype]);
  }
}

function fixed(parts: readonly Field[], place: string): Uint8Array {
  const views = parts.map((part) => bytesOf(part, place));
  if (views.length === 1) return views[0]!;
  const bytes = new Uint8Array(views.reduce((length, view) => length + view.length, 0));
  let at = 0;
  for (const view of views) {
    bytes.set(view, at);
    at += view.length;
  }
  return bytes;
}

/** The low bytes of each integer. */
function integers(values: BigInt64Array, width: number): Uint8Array {
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) {
    if (width === 8) view.setBigInt64(i * 8, value, true);
    else if (width === 4) view.setInt32(i * 4, Number(BigInt.asIntN(32, value)), true);
    else if (width === 2) view.setInt16(i * 2, Number(BigInt.asIntN(16, value)), true);
    else view.setInt8(i, Number(BigInt.asIntN(8, value)));
  }
  return bytes;
}
