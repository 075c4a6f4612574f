import { invalid } from '../bytes.js';

/** HDF5's address of what was never stored: all bits set. */
const UNDEFINED = 2n ** 64n - 1n;

/**
 * The bytes of a file and how much of them may still be looked at: every block a few times, so that a small file in
 * which much refers to the same bytes makes nobody work or remember more than its size allows.
 */
export class FileBytes {
  #left: number;

  constructor(readonly bytes: Uint8Array) {
    this.#left = 4 * bytes.length;
  }

  /** A cursor from an address on, `length` bytes long or up to the file's end. */
  open(place: string, address: number, length?: number): Cursor {
    return new Cursor(this.bytes, place, address, length === undefined ? undefined : address + length);
  }

  /** Counts what is read. */
  spend(bytes: number, place: string): void {
    this.#left -= bytes;
    if (this.#left < 0) throw invalid(place, 'much of the file refers to the same bytes', 'every block once');
  }
}

/**
 * Reads little-endian fields one after another and never beyond its bytes. Whatever is not there, or could be no place
 * in a file, is a SenetError `FileInvalid` at `place`.
 */
export class Cursor {
  #at: number;
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly place: string,
    begin = 0,
    readonly end = bytes.length,
  ) {
    if (begin > end || end > bytes.length) {
      throw invalid(place, `${begin} to ${end} lies outside of the file`, `at most its ${bytes.length} bytes`);
    }
    this.#at = begin;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset);
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.end - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A count or size of 64 bits. */
  size(): number {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(this.place, `a size of ${value}`, 'less than 2^53');
    return Number(value);
  }

  /** A place in the file, or `undefined` where nothing is stored. */
  address(): number | undefined {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value === UNDEFINED) return undefined;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(this.place, `an address of ${value}`, 'less than 2^53');
    return Number(value);
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes. */
  uint(width: 1 | 2 | 4 | 8): number {
    return width === 1 ? this.u8() : width === 2 ? this.u16() : width === 4 ? this.u32() : this.size();
  }

  /** A view of the next bytes: a plain one, of a Node Buffer too. */
  take(length: number): Uint8Array {
    const begin = this.#take(length);
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + begin, length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** The next `length` bytes as a cursor of their own. */
  part(length: number, place = this.place): Cursor {
    const begin = this.#take(length);
    return new Cursor(this.bytes, place, begin, begin + length);
  }

  /** The bytes up to a zero, which is passed. */
  zeroTerminated(): Uint8Array {
    const zero = this.bytes.indexOf(0, this.#at);
    if (zero < 0 || zero >= this.end) throw invalid(this.place, 'a name without an end', 'a zero after it');
    const bytes = this.take(zero - this.#at);
    this.#at++;
    return bytes;
  }

  signature(expected: string): void {
    const found = String.fromCharCode(...this.take(expected.length));
    if (found === expected) return;
    throw invalid(this.place, `found ${JSON.stringify(found)} at ${this.#at - expected.length}`, `'${expected}'`);
  }

  /** One of a few values, where another is one of HDF5's features that no weights are stored with. */
  oneOf<const T extends number>(value: number, known: readonly T[], what: string): T {
    const found = known.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw invalid(this.place, `${what} ${value}`, `${known.join(' or ')}`);
  }

  #take(length: number): number {
    const begin = this.#at;
    if (length > this.end - begin) {
      throw invalid(
        this.place,
        `${length} bytes at ${begin}`,
        `at most ${this.end - begin}, the end of what holds them`,
      );
    }
    this.#at += length;
    return begin;
  }
}
