import { invalid } from './bytes.js';
import type { RawTensor } from './tensor.js';

/** Unsigned types that {@link RawTensor} has no name for. */
export type WideUnsigned = 'U16' | 'U32' | 'U64';

export function isWideUnsigned(dtype: string): dtype is WideUnsigned {
  return dtype === 'U16' || dtype === 'U32' || dtype === 'U64';
}

/**
 * Unsigned integers as the next wider signed ones, exactly: U16 → I32, U32 → I64. U64 keeps its bytes.
 *
 * @param bytes little-endian
 * @throws SenetError `FileInvalid` where a U64 is 2^63 or more
 */
export function widened(bytes: Uint8Array, shape: readonly number[], dtype: WideUnsigned, place: string): RawTensor {
  if (dtype === 'U64') {
    const tooLarge = bytes.some((byte, i) => i % 8 === 7 && byte > 127);
    if (tooLarge) throw invalid(place, 'an unsigned integer of 2^63 or more', 'smaller ones');
    return { dtype: 'I64', shape, bytes };
  }
  const size = dtype === 'U16' ? 2 : 4;
  const wide = new Uint8Array(bytes.length * 2);
  for (let from = 0; from < bytes.length; from += size) wide.set(bytes.subarray(from, from + size), from * 2);
  return { dtype: dtype === 'U16' ? 'I32' : 'I64', shape, bytes: wide };
}
