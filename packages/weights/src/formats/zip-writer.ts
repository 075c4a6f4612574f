import { concatenated, invalid, shortName } from './bytes.js';
import { crc32 } from './crc32.js';

/** UTF-8 names, entries stored, and 1980-01-01: the first day there is, so that equal entries give equal bytes. */
const VERSION = 20;
const UTF8_FLAG = 0x0800;
const STORED = 0;
const DATE = 0x21;
const MAX_UINT16 = 0xffff;
const MAX_UINT32 = 0xffffffff;
/** Data begins at a multiple of this, so that a reader can view it as numbers; a field of zeros fills up. */
const ALIGNMENT = 64;
const FIELD_BYTES = 4;
const PADDING_FIELD = 0x4246;
const LOCAL_BYTES = 30;

/**
 * Writes a zip file whose entries are stored, in this order.
 *
 * @throws SenetError `FileInvalid` for what only zip64 could hold (4 GB, 65,535 entries), and for names that have no
 *   UTF-8 or more than 65,535 bytes of it
 */
export function writeZip(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (entries.size > MAX_UINT16) throw invalid('zip', `${entries.size} entries`, `at most ${MAX_UINT16}`);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, data] of entries) {
    const encoded = encodeName(name);
    const common = [VERSION, UTF8_FLAG, STORED, 0, DATE].map((value): Field => [2, value]);
    common.push([4, crc32(data)], [4, data.length], [4, data.length], [2, encoded.length]);
    const header = paddedHeader(common, encoded, at);
    directory.push(fields([4, 0x02014b50], [2, VERSION], ...common, [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, at]));
    directory.push(encoded);
    parts.push(header, data);
    at += header.length + data.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  if (at + size > MAX_UINT32) throw invalid('zip', `${at + size} bytes`, `at most ${MAX_UINT32}`);
  const counts: Field[] = [
    [2, 0],
    [2, 0],
    [2, entries.size],
    [2, entries.size],
  ];
  return concatenated([...parts, ...directory, fields([4, 0x06054b50], ...counts, [4, size], [4, at], [2, 0])]);
}

/** Bytes and value of a little-endian number. */
type Field = readonly [bytes: 2 | 4, value: number];

function paddedHeader(common: readonly Field[], name: Uint8Array, at: number): Uint8Array {
  const unpadded = at + LOCAL_BYTES + name.length + FIELD_BYTES;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const extra = [fields([2, PADDING_FIELD], [2, padding]), new Uint8Array(padding)];
  return concatenated([fields([4, 0x04034b50], ...common, [2, FIELD_BYTES + padding]), name, ...extra]);
}

function encodeName(name: string): Uint8Array {
  const encoded = new TextEncoder().encode(name);
  if (/\p{Surrogate}/u.test(name)) throw invalid(shortName(name), 'half a surrogate pair', 'text that has a UTF-8');
  if (encoded.length > MAX_UINT16)
    throw invalid(shortName(name), 'the name is too long', `at most ${MAX_UINT16} bytes`);
  return encoded;
}

function fields(...values: readonly Field[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap(([bytes, value]) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff)),
  );
}
