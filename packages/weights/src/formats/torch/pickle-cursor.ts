import { invalid } from '../bytes.js';

const NEWLINE = 0x0a;

/** Reads the arguments of a pickle's opcodes. Every method throws SenetError `FileInvalid` where the bytes end. */
export class PickleCursor {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly path: string,
    /** The next byte. */
    public at = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /** A length of eight bytes, inexact above 2^53: {@link take} refuses those anyway. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** Pickles have their floats big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#skip(8));
  }

  take(length: number): Uint8Array {
    const begin = this.#skip(length);
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + begin, length);
  }

  text(length: number): string {
    return decode(this.take(length));
  }

  /** Text up to the next newline. */
  line(): string {
    const end = this.bytes.indexOf(NEWLINE, this.at);
    if (end === -1) throw this.#end();
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }

  #skip(length: number): number {
    const begin = this.at;
    if (!(length >= 0 && begin + length <= this.bytes.length)) throw this.#end();
    this.at = begin + length;
    return begin;
  }

  #end() {
    return invalid(this.path, `the pickle breaks off after byte ${this.at}`, 'as many bytes as it claims');
  }
}

/** UTF-8; what is none is of Python 2, whose strings were bytes, and is read byte for byte. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
