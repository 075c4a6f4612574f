/**
 * tfjs' build with threads, which isolated pages get, has its memory in a SharedArrayBuffer. A module states in its import
 * which kind of memory it takes, and nowhere else: its code is the same for both.
 *
 * Source: the binary format of WebAssembly, 2.0 with the threads proposal (import section, limits).
 */

/** `\0asm`, version 1. */
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const IMPORTS = 2;
const MEMORY = 2;
/** The flags of a memory's limits. */
const NO_MAXIMUM = 0;
const MAXIMUM = 1;
const SHARED_MAXIMUM = 3;
/** Pages of 64 KiB: all that 32-bit addresses reach, so that every shared memory of tfjs can be linked. */
const MOST_PAGES = 65_536;

/** Whether threads share that memory. (The global `SharedArrayBuffer` is missing in pages that are not isolated.) */
export function isShared(memory: WebAssembly.Memory): boolean {
  return String(memory.buffer) === '[object SharedArrayBuffer]';
}

/**
 * A module that imports memory of one owner, as one that imports shared memory.
 *
 * @param module that imports a memory, and nothing else
 * @throws Error for bytes that are no such module; what follows the import is left for the compiler to validate
 */
export function importingShared(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new Reader(module);
  if (PREAMBLE.some((byte) => reader.byte() !== byte)) throw refusal('it has another preamble');
  while (reader.byte() !== IMPORTS) reader.skip(reader.integer());
  const sizeAt = reader.at;
  const size = reader.integer();
  const from = reader.at;
  if (reader.integer() !== 1) throw refusal('it does not import one thing alone');
  reader.skip(reader.integer()); // the name of a module
  reader.skip(reader.integer()); // and of a field in it
  if (reader.byte() !== MEMORY) throw refusal('it imports no memory');
  const limitsAt = reader.at;
  const flags = reader.byte();
  const leastPages = reader.integer();
  if (flags === MAXIMUM) reader.integer();
  else if (flags !== NO_MAXIMUM) throw refusal(`the limits of its memory have flags ${flags}`);
  if (reader.at !== from + size) throw refusal('its imports have another size than it says');
  const limits = [SHARED_MAXIMUM, ...encode(leastPages), ...encode(MOST_PAGES)];
  const imports = [...module.subarray(from, limitsAt), ...limits];
  const [before, after] = [module.subarray(0, sizeAt), module.subarray(reader.at)];
  return new Uint8Array([...before, ...encode(imports.length), ...imports, ...after]);
}

/** Reads values one after the other. */
class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw refusal('it ends too early');
    return value;
  }

  /** Unsigned, in LEB128: seven bits a byte, the lowest first. */
  integer(): number {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw refusal('an integer has more than 32 bits');
  }

  skip(bytes: number): void {
    this.at += bytes;
  }
}

function encode(integer: number): number[] {
  return integer < 0x80 ? [integer] : [(integer & 0x7f) | 0x80, ...encode(integer >>> 7)];
}

function refusal(why: string): Error {
  return new Error(`@senet/wasm: this module cannot be put on shared memory: ${why}`);
}
