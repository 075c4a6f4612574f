import type { BitReader } from './bit-reader.js';

const SHORT = 8;
const LONGEST = 16;

/** A Huffman table: codes of up to 8 bits are looked up, longer ones compared length by length (T.81, annex C, F.2.2.3). */
export class HuffmanTable {
  /** By the next 8 bits: length of the code · 256 + symbol; 0 where it is longer. */
  private readonly short = new Uint16Array(1 << SHORT);
  /** By length: the first code that is too large for it. */
  private readonly ends = new Int32Array(LONGEST + 1);
  /** By length: what to add to a code to have its symbol's place. */
  private readonly offsets = new Int32Array(LONGEST + 1);

  /**
   * @param counts how many codes there are of 1 to 16 bits
   * @param symbols in the order of their codes
   */
  constructor(
    counts: Uint8Array,
    private readonly symbols: Uint8Array,
  ) {
    for (let length = 1, code = 0, place = 0; length <= LONGEST; length++, code <<= 1) {
      const count = counts[length - 1]!;
      if (code + count > 1 << length) throw new Error('a Huffman table has more codes than fit');
      this.offsets[length] = place - code;
      if (length <= SHORT) this.enterShort(length, code, symbols.subarray(place, place + count));
      code += count;
      place += count;
      this.ends[length] = code;
    }
  }

  decode(reader: BitReader): number {
    const bits = reader.peek(LONGEST);
    const entry = this.short[bits >> (LONGEST - SHORT)]!;
    if (entry !== 0) {
      reader.skip(entry >> 8);
      return entry & 0xff;
    }
    for (let length = SHORT + 1; length <= LONGEST; length++) {
      const code = bits >> (LONGEST - length);
      if (code >= this.ends[length]!) continue;
      reader.skip(length);
      return this.symbols[code + this.offsets[length]!]!;
    }
    throw new Error('a code that the Huffman table does not have');
  }

  private enterShort(length: number, first: number, symbols: Uint8Array): void {
    const room = SHORT - length;
    for (const [i, symbol] of symbols.entries()) {
      const from = (first + i) << room;
      this.short.fill((length << 8) | symbol, from, from + (1 << room));
    }
  }
}
