import { unzlibSync } from 'fflate';
import { invalid, MAX_DEFLATE_RATIO } from '../bytes.js';
import type { Cursor } from './cursor.js';

/** A step through which every chunk went, with its number in the filter mask and its settings. */
export interface Filter {
  readonly id: 1 | 2;
  readonly values: readonly number[];
}

const DEFLATE = 1;
const SHUFFLE = 2;

/** How many bytes of values this many stored ones can be. */
export function mostValues(stored: number, filters: readonly Filter[]): number {
  return filters.reduce((bytes, { id }) => (id === DEFLATE ? bytes * MAX_DEFLATE_RATIO : bytes), stored);
}

/**
 * Reads a filter pipeline message: deflate and shuffle, as h5py's `compression='gzip', shuffle=True` sets them.
 *
 * @throws SenetError `FileInvalid` for other filters
 */
export function readFilters(message: Cursor): Filter[] {
  const version = message.oneOf(message.u8(), [1, 2], 'filters of version');
  const count = message.u8();
  if (version === 1) message.skip(6);
  return Array.from({ length: count }, () => {
    const id = message.oneOf(message.u16(), [DEFLATE, SHUFFLE], 'a compression by filter');
    const nameLength = version === 1 ? message.u16() : 0;
    message.skip(2);
    const valueCount = message.u16();
    message.skip(Math.ceil(nameLength / 8) * 8);
    const values = Array.from({ length: valueCount }, () => message.u32());
    if (version === 1 && valueCount % 2 === 1) message.skip(4);
    return { id, values };
  });
}

/**
 * Undoes the filters of a chunk, last first.
 *
 * @param mask a bit for every filter that this chunk did not go through
 * @param size bytes of the chunk's values
 */
export function undoFilters(
  stored: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  size: number,
  place: string,
): Uint8Array {
  let bytes = stored;
  for (let i = filters.length - 1; i >= 0; i--) {
    if (mask & (1 << i)) continue;
    const { id, values } = filters[i]!;
    if (id === DEFLATE) bytes = inflated(bytes, size, place);
    else bytes = unshuffled(bytes, values[0] ?? 1);
  }
  if (bytes.length !== size) throw invalid(place, `a chunk of ${bytes.length} bytes`, `${size}`);
  return bytes;
}

function inflated(bytes: Uint8Array, size: number, place: string): Uint8Array {
  try {
    // One byte more than it should be: fflate drops what does not fit.
    return unzlibSync(bytes, { out: new Uint8Array(size + 1) });
  } catch {
    throw invalid(place, 'a chunk that cannot be unpacked', `deflate of ${size} bytes`);
  }
}

/** From all first bytes, all second bytes, … back to one element after another. */
function unshuffled(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.length / elementSize);
  if (elementSize < 2 || count === 0) return bytes;
  const result = bytes.slice();
  for (let byte = 0; byte < elementSize; byte++) {
    for (let i = 0; i < count; i++) result[i * elementSize + byte] = bytes[byte * count + i]!;
  }
  return result;
}
