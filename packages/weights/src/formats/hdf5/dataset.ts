import { elementCount, hostOrder, invalid, MAX_RANK } from '../bytes.js';
import type { RawTensor } from '../tensor.js';
import { isWideUnsigned, widened } from '../unsigned.js';
import { readChunks } from './chunks.js';
import type { Cursor, FileBytes } from './cursor.js';
import { type Datatype, readDataspace, readDatatype } from './datatype.js';
import { readFilters } from './filters.js';
import { MESSAGE, type Message } from './object-header.js';

/** What a dataset holds according to its header. */
export interface Claim {
  readonly place: string;
  readonly shape: readonly number[];
  readonly datatype: Datatype;
  /** Bytes of all its values. */
  readonly bytes: number;
}

/**
 * The values of a dataset as a tensor: a view of the file where they lie there in one piece, little-endian; else a copy.
 * Unsigned integers of more than a byte are widened, exactly, as no weight file has a name for them.
 *
 * @param isBFloat16 whether values that HDF5 has no type for are bfloat16: Keras 3 says so in an attribute
 * @returns `undefined` where the object is no dataset
 * @throws SenetError `FileInvalid` where the values are not all stored in this file, in as many bytes as the shape
 *   needs, and for types that are no numbers
 */
export function readDataset(
  file: FileBytes,
  messages: readonly Message[],
  place: string,
  isBFloat16: boolean,
): RawTensor | undefined {
  const find = (type: number): Cursor | undefined => {
    const message = messages.find((candidate) => candidate.type === type);
    if (message?.shared) throw invalid(place, 'a type that is kept elsewhere in the file', 'a type of its own');
    return message && file.open(place, message.begin, message.end - message.begin);
  };
  const layout = find(MESSAGE.layout);
  if (!layout) return undefined;
  const space = find(MESSAGE.dataspace);
  const type = find(MESSAGE.datatype);
  if (!space || !type) throw invalid(place, 'a dataset without shape or type', 'both');
  if (find(MESSAGE.externalFiles)) throw invalid(place, 'values in files of their own', 'values in this file');

  const shape = readDataspace(space);
  const datatype = readDatatype(type);
  const count = elementCount(shape);
  if (count === undefined)
    throw invalid(place, 'no tensor can have this shape', `${MAX_RANK} axes at most, below 2^53`);
  const claim = { place, shape, datatype, bytes: count * datatype.size };
  const filters = find(MESSAGE.filters);
  const values = readLayout(file, layout, claim, filters);
  if (isBFloat16 && datatype.kind === 'other' && datatype.size === 2) return { dtype: 'BF16', shape, bytes: values };
  return tensorOf(claim, values);
}

function readLayout(file: FileBytes, layout: Cursor, claim: Claim, filters: Cursor | undefined): Uint8Array {
  const version = layout.oneOf(layout.u8(), [3, 4, 5], 'a layout of version');
  const kind = layout.oneOf(layout.u8(), [0, 1, 2], 'a layout of kind');
  switch (kind) {
    case 0:
      return exactly(layout.take(layout.u16()), claim);
    case 1:
      return readContiguous(file, layout, claim);
    case 2:
      layout.oneOf(version, [3], 'chunks in a layout of version');
      return readChunks(file, layout, claim, filters ? readFilters(filters) : []);
  }
}

function readContiguous(file: FileBytes, layout: Cursor, claim: Claim): Uint8Array {
  const address = layout.address();
  const size = layout.size();
  if (claim.bytes === 0) return new Uint8Array(0);
  if (address === undefined) throw invalid(claim.place, 'values that were never written', 'values');
  if (size !== claim.bytes) throw invalid(claim.place, `${size} bytes of values`, `${claim.bytes} for its shape`);
  file.spend(size, claim.place);
  return file.open(claim.place, address, size).take(size);
}

function exactly(values: Uint8Array, { bytes, place }: Claim): Uint8Array {
  if (values.length === bytes) return values;
  throw invalid(place, `${values.length} bytes of values`, `${bytes} for its shape`);
}

function tensorOf({ datatype, shape, place }: Claim, values: Uint8Array): RawTensor {
  if (datatype.kind !== 'number') {
    const name = datatype.kind === 'other' ? datatype.name : 'text';
    throw invalid(place, `values of type ${name}`, 'numbers of 1, 2, 4 or 8 bytes');
  }
  const { dtype, size, order } = datatype;
  // Twice: to this machine's order, and from there to the little-endian of a RawTensor.
  const bytes = order === 'big' ? hostOrder(hostOrder(values, size, 'big'), size) : values;
  return isWideUnsigned(dtype) ? widened(bytes, shape, dtype, place) : { dtype, shape, bytes };
}
