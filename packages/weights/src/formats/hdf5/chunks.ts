import { invalid } from '../bytes.js';
import type { Cursor, FileBytes } from './cursor.js';
import type { Claim } from './dataset.js';
import { type Filter, mostValues, undoFilters } from './filters.js';

/** A chunk as the tree lists it: where its first element belongs, and where its bytes are. */
interface Chunk {
  readonly offsets: readonly number[];
  readonly mask: number;
  readonly stored: Uint8Array;
}

interface Grid {
  readonly claim: Claim;
  /** Elements of a chunk along each axis. */
  readonly chunk: readonly number[];
  readonly chunkBytes: number;
  readonly filters: readonly Filter[];
}

/**
 * The values of a dataset that is stored in chunks (HDF5 file format, sections III.A.1 and IV.A.2.i, version 3).
 *
 * @throws SenetError `FileInvalid` where a chunk is missing, there twice, or unpacks to another size; before a byte is
 *   allocated the chunks are counted, and what the shape needs is compared with what they can hold
 */
export function readChunks(file: FileBytes, layout: Cursor, claim: Claim, filters: readonly Filter[]): Uint8Array {
  const { place, shape, datatype } = claim;
  const rank = layout.u8() - 1;
  const tree = layout.address();
  const chunk = Array.from({ length: Math.max(0, rank) }, () => layout.u32());
  const elementSize = layout.u32();
  if (rank !== shape.length || elementSize !== datatype.size || chunk.includes(0)) {
    throw invalid(place, `chunks of [${chunk.join(', ')}]`, `axes as the shape [${shape.join(', ')}] has them`);
  }
  if (claim.bytes === 0) return new Uint8Array(0);
  if (tree === undefined) throw invalid(place, 'values that were never written', 'values');
  const chunkBytes = chunk.reduce((a, b) => a * b, elementSize);
  const grid: Grid = { claim, chunk, chunkBytes, filters };
  const chunks = new Map<string, Chunk>();
  readTree(file, tree, undefined, grid, chunks);
  const expected = shape.reduce((product, axis, i) => product * Math.ceil(axis / chunk[i]!), 1);
  if (chunks.size !== expected) throw invalid(place, `${chunks.size} chunks`, `${expected}`);
  return assembled(grid, [...chunks.values()]);
}

function readTree(
  file: FileBytes,
  address: number,
  level: number | undefined,
  grid: Grid,
  chunks: Map<string, Chunk>,
): void {
  const { claim, chunk, chunkBytes, filters } = grid;
  const { place, shape } = claim;
  const node = file.open(place, address);
  node.signature('TREE');
  node.oneOf(node.u8(), [1], 'a tree of kind');
  const own = node.u8();
  if (level !== undefined && own !== level) throw invalid(place, `a tree of level ${own}`, `level ${level}`);
  const count = node.u16();
  node.skip(16);
  file.spend(24 + count * (24 + 8 * shape.length), place);
  for (let i = 0; i < count; i++) {
    const size = node.u32();
    const mask = node.u32();
    const offsets = shape.map(() => node.size());
    node.skip(8);
    const child = node.address();
    if (child === undefined) throw invalid(place, 'a chunk that was never written', 'its place');
    if (own > 0) {
      readTree(file, child, own - 1, grid, chunks);
      continue;
    }
    const outside = offsets.some((offset, axis) => offset >= shape[axis]! || offset % chunk[axis]! !== 0);
    if (outside || chunks.has(offsets.join())) throw invalid(place, `a chunk at [${offsets.join(', ')}]`, 'each once');
    if (mostValues(size, filters) < chunkBytes) throw invalid(place, `${size} bytes for ${chunkBytes}`, 'more');
    file.spend(size, place);
    chunks.set(offsets.join(), { offsets, mask, stored: file.open(place, child, size).take(size) });
  }
}

/** All chunks are there, and each could hold its values: no more is allocated than the file is able to fill. */
function assembled(grid: Grid, chunks: readonly Chunk[]): Uint8Array {
  const { claim, chunk, chunkBytes, filters } = grid;
  const values = new Uint8Array(claim.bytes);
  for (const { stored, mask, offsets } of chunks) {
    const bytes = undoFilters(stored, filters, mask, chunkBytes, claim.place);
    copyChunk(values, bytes, claim.shape, chunk, offsets, claim.datatype.size);
  }
  return values;
}

/** Copies the rows of a chunk that lie inside the array: chunks at its edges reach beyond. */
function copyChunk(
  values: Uint8Array,
  bytes: Uint8Array,
  shape: readonly number[],
  chunk: readonly number[],
  offsets: readonly number[],
  elementSize: number,
): void {
  const last = shape.length - 1;
  const rowBytes = Math.min(chunk[last]!, shape[last]! - offsets[last]!) * elementSize;
  const rows = chunk.slice(0, last).reduce((a, b) => a * b, 1);
  for (let row = 0; row < rows; row++) {
    let rest = row;
    let target = 0;
    let stride = 1;
    let inside = true;
    for (let axis = last; axis >= 0; axis--) {
      const within = axis === last ? 0 : rest % chunk[axis]!;
      if (axis < last) rest = Math.floor(rest / chunk[axis]!);
      const at = offsets[axis]! + within;
      inside &&= at < shape[axis]!;
      target += at * stride;
      stride *= shape[axis]!;
    }
    if (!inside) continue;
    const from = row * chunk[last]! * elementSize;
    values.set(bytes.subarray(from, from + rowBytes), target * elementSize);
  }
}
