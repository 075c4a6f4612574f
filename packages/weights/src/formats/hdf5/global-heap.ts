import { invalid } from '../bytes.js';
import type { Cursor, FileBytes } from './cursor.js';

const HEADER_BYTES = 16;

/** Texts of no fixed length, which HDF5 keeps apart from what they belong to (file format, section III.E). */
export class GlobalHeap {
  /** The objects of each collection by their number: begin and end. */
  readonly #collections = new Map<number, Map<number, readonly [begin: number, end: number]>>();

  constructor(readonly file: FileBytes) {}

  /** The bytes a reference (length, collection, number) stands for. */
  text(reference: Cursor): Uint8Array {
    const length = reference.u32();
    const address = reference.address();
    const number = reference.u32();
    if (length === 0 || address === undefined) return new Uint8Array(0);
    const found = this.#collection(address, reference.place).get(number);
    if (!found || length > found[1] - found[0]) {
      const problem = `text ${number} of ${length} bytes is not in the heap at ${address}`;
      throw invalid(reference.place, problem, 'a text of the heap');
    }
    this.file.spend(length, reference.place);
    return this.file.open(reference.place, found[0], length).take(length);
  }

  #collection(address: number, place: string): Map<number, readonly [number, number]> {
    const known = this.#collections.get(address);
    if (known) return known;
    const objects = new Map<number, readonly [number, number]>();
    this.#collections.set(address, objects);
    const header = this.file.open(place, address);
    header.signature('GCOL');
    header.oneOf(header.u8(), [1], 'a heap of version');
    header.skip(3);
    const collection = header.part(Math.max(0, header.size() - HEADER_BYTES));
    this.file.spend(collection.left + HEADER_BYTES, place);
    while (collection.left >= HEADER_BYTES) {
      const number = collection.u16();
      collection.skip(6);
      const size = collection.size();
      if (number === 0) break; // the free space behind the last object
      objects.set(number, [collection.at, collection.at + size]);
      collection.skip(Math.ceil(size / 8) * 8);
    }
    return objects;
  }
}
