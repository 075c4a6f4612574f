import type { BitReader } from './bit-reader.js';
import type { HuffmanTable } from './huffman.js';
import { ZIGZAG } from './zigzag.js';

/** Which part of the coefficients a scan brings (T.81, B.2.3). */
export interface Band {
  /** First and last, in the file's order. */
  readonly from: number;
  readonly to: number;
  /** Bits that are left for later scans. */
  readonly low: number;
  /** Whether the bits above them came already, and this is one more. */
  readonly refines: boolean;
}

/** A component as a scan sees it. */
export interface ScanComponent {
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
  /** The last block's first coefficient. */
  predicted: number;
}

/** Reads coefficients into one block after the other, `at` being the block's place in `into`. */
export type BlockReader = (component: ScanComponent, into: Int16Array, at: number) => void;

/** What a scan needs for its blocks; `reset` is for restarts. */
export interface BlockDecoding {
  readonly readBlock: BlockReader;
  reset(): void;
}

/** All coefficients at once (T.81, F.2). */
export function sequential(reader: BitReader): BlockDecoding {
  return {
    reset() {},
    readBlock(component, into, at) {
      into[at] = component.predicted += reader.readSigned(present(component.dc).decode(reader));
      const ac = present(component.ac);
      for (let k = 1; k < 64; k++) {
        const symbol = ac.decode(reader);
        const length = symbol & 15;
        if (length === 0 && symbol !== 0xf0) return;
        k += symbol >> 4;
        if (length !== 0) into[at + placeOf(k)] = reader.readSigned(length);
      }
    },
  };
}

/** A part of them (T.81, G.1.2). */
export function progressive(reader: BitReader, band: Band): BlockDecoding {
  if (band.from === 0) return { reset() {}, readBlock: band.refines ? refineFirst(reader, band) : first(reader, band) };
  return band.refines ? refineOthers(reader, band) : others(reader, band);
}

function first(reader: BitReader, { low }: Band): BlockReader {
  return (component, into, at) => {
    component.predicted += reader.readSigned(present(component.dc).decode(reader));
    into[at] = component.predicted << low;
  };
}

function refineFirst(reader: BitReader, { low }: Band): BlockReader {
  return (_, into, at) => {
    if (reader.read(1) === 1) into[at]! |= 1 << low;
  };
}

function others(reader: BitReader, { from, to, low }: Band): BlockDecoding {
  let empty = 0; // blocks that bring nothing
  return {
    reset: () => void (empty = 0),
    readBlock(component, into, at) {
      if (empty > 0) {
        empty--;
        return;
      }
      const ac = present(component.ac);
      for (let k = from; k <= to; k++) {
        const symbol = ac.decode(reader);
        const run = symbol >> 4;
        const length = symbol & 15;
        if (length === 0 && run < 15) {
          empty = (1 << run) + reader.read(run) - 1;
          return;
        }
        k += run;
        if (length !== 0) into[at + placeOf(k)] = reader.readSigned(length) * (1 << low);
      }
    },
  };
}

function refineOthers(reader: BitReader, { from, to, low }: Band): BlockDecoding {
  const step = 1 << low;
  let empty = 0;
  /** Refines what is there already, passing `zeros` coefficients that are not; says where it stopped. */
  const refine = (into: Int16Array, at: number, begin: number, zeros: number): number => {
    let k = begin;
    for (let left = zeros; k <= to; k++) {
      const place = at + ZIGZAG[k]!;
      const value = into[place]!;
      if (value === 0) {
        if (left-- === 0) break;
      } else if (reader.read(1) === 1 && (value & step) === 0) into[place] = value + Math.sign(value) * step;
    }
    return k;
  };
  return {
    reset: () => void (empty = 0),
    readBlock(component, into, at) {
      let k = from;
      while (empty === 0 && k <= to) {
        const symbol = present(component.ac).decode(reader);
        const run = symbol >> 4;
        const isNew = (symbol & 15) !== 0;
        if (!isNew && run < 15) {
          empty = (1 << run) + reader.read(run);
          break;
        }
        const value = isNew ? (reader.read(1) === 1 ? step : -step) : 0;
        k = refine(into, at, k, run);
        if (isNew) into[at + placeOf(k)] = value;
        k++;
      }
      if (empty === 0) return;
      refine(into, at, k, Number.POSITIVE_INFINITY);
      empty--;
    },
  };
}

function present(table: HuffmanTable | undefined): HuffmanTable {
  if (table === undefined) throw new Error('a scan refers to a Huffman table that is not there');
  return table;
}

function placeOf(k: number): number {
  const place = ZIGZAG[k];
  if (place === undefined) throw new Error('a block has more than 64 coefficients');
  return place;
}
