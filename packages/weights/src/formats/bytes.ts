import { SenetError } from '@senet/core/graph';

/** More axes than any tensor library holds (NumPy and PyTorch both stop at 64): a longer shape is a hostile file. */
export const MAX_RANK = 64;

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * `bytes` as typed arrays want them: starting at a multiple of `itemSize`, in the byte order of this machine.
 * A view where the bytes already are so, else a copy.
 */
export function hostOrder(bytes: Uint8Array, itemSize: number, order: 'little' | 'big' = 'little'): Uint8Array {
  const swap = itemSize > 1 && (order === 'little') !== HOST_IS_LITTLE_ENDIAN;
  if (!swap && bytes.byteOffset % itemSize === 0) return bytes;
  // Not bytes.slice(): on a Node Buffer that is another view of the same, unaligned memory.
  const copy = new Uint8Array(bytes);
  if (swap) swapBytes(copy, itemSize);
  return copy;
}

function swapBytes(bytes: Uint8Array, itemSize: number): void {
  for (let at = 0; at < bytes.length; at += itemSize) {
    for (let low = at, high = at + itemSize - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

/** Deflate cannot shrink bytes more than this: what claims to inflate to more is a hostile file. */
export const MAX_DEFLATE_RATIO = 1032;

/** Pieces, one after the other. */
export function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * How many elements an array of this shape has; `undefined` where no array can have it: an axis that is no
 * non-negative safe integer, more than {@link MAX_RANK} axes, or a product (zeros left out) that overflows.
 */
export function elementCount(shape: readonly number[]): number | undefined {
  if (shape.length > MAX_RANK) return undefined;
  let product = 1;
  for (const axis of shape) {
    if (!Number.isSafeInteger(axis) || axis < 0) return undefined;
    product *= axis || 1;
    if (!Number.isSafeInteger(product)) return undefined;
  }
  return shape.includes(0) ? 0 : product;
}

/** The refusal of a file: what is wrong at `path` and what would have been right. */
export function invalid(path: string, problem: string, expected: string, suggestions?: readonly string[]): SenetError {
  return new SenetError('FileInvalid', problem, { path, expected, suggestions });
}

/** A name out of a file, short enough for a message: a hostile one may be megabytes long. */
export function shortName(name: string): string {
  return name.length > 80 ? `${name.slice(0, 77)}...` : name;
}
