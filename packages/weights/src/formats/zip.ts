import { SenetError } from '@senet/core/graph';
import { inflateSync } from 'fflate';
import { invalid, MAX_DEFLATE_RATIO, shortName } from './bytes.js';
import { crc32 } from './crc32.js';
import { readDirectory, type ZipRecord } from './zip-directory.js';

export { writeZip } from './zip-writer.js';

const LOCAL = { signature: 0x04034b50, bytes: 30 };
const STORED = 0;
const DEFLATED = 8;
/** Encrypted, patched, strongly encrypted, masked: what those bytes are nobody can tell. */
const UNREADABLE_FLAGS = 0x0001 | 0x0020 | 0x0040 | 0x2000;
const SIZES_FOLLOW_FLAG = 0x0008;

/** A file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes that it has uncompressed. */
  readonly size: number;
  /**
   * Its bytes: a view where they are stored, else inflated, at each call.
   *
   * @throws SenetError `FileInvalid` when they are damaged
   */
  bytes(): Uint8Array;
}

/**
 * The entries of a zip file, in the directory's order. Stored and deflated ones, zip64 too; none is looked at before it
 * is asked for its bytes, which are checked against their CRC-32. PyTorch can leave CRCs out
 * (`set_crc32_options(False)`): a stored entry whose CRC is given as 0 is taken as it is.
 *
 * Memory is bounded: entries lie apart from each other within the file, stored ones are views, and a deflated one is
 * never inflated beyond the size it claims, which is at most 1032 times its bytes.
 *
 * @throws SenetError `FileInvalid` for what is no such file: wrong offsets, overlapping entries, a name twice,
 *   encryption, several disks, another compression
 * @example
 * const npy = readZip(bytes, 'weights.npz').get('conv1.weight.npy')?.bytes();
 */
export function readZip(bytes: Uint8Array, path = 'zip'): Map<string, ZipEntry> {
  const { records, begin: directoryBegin } = readDirectory(bytes, path);
  const entries = new Map<string, ZipEntry>();
  const extents: { begin: number; end: number; place: string }[] = [];
  for (const record of records) {
    const { name, size, begin } = record;
    const place = `${path}: ${shortName(name)}`;
    if (entries.has(name)) throw invalid(place, 'the zip file has this name twice', 'every name once');
    const data = locateData(bytes, record, directoryBegin, place);
    extents.push({ begin, end: data.byteOffset - bytes.byteOffset + data.length, place });
    entries.set(name, { name, size, bytes: () => contentOf(data, record, place) });
  }
  checkApart(extents);
  return entries;
}

/** The names in a zip file's directory, or where that is damaged the first entry's own: to recognize formats by. */
export function zipNames(bytes: Uint8Array): readonly string[] {
  if (bytes.length < LOCAL.bytes) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== LOCAL.signature) return [];
  try {
    return readDirectory(bytes, '').records.map(({ name }) => name);
  } catch {
    return [new TextDecoder().decode(bytes.subarray(LOCAL.bytes, LOCAL.bytes + view.getUint16(26, true)))];
  }
}

/** The entry's bytes as they lie in the file, where directory and local header agree about them. */
function locateData(bytes: Uint8Array, record: ZipRecord, limit: number, place: string): Uint8Array {
  const { begin, size, compressedSize, flags, method } = record;
  if (flags & UNREADABLE_FLAGS) throw invalid(place, 'the entry is encrypted or a patch', 'plain data');
  if (method !== STORED && method !== DEFLATED) {
    throw invalid(place, `compression method ${method}`, `${STORED} (stored) or ${DEFLATED} (deflated)`);
  }
  if (method === STORED ? size !== compressedSize : size > compressedSize * MAX_DEFLATE_RATIO) {
    throw invalid(place, `${compressedSize} bytes claim to be ${size}`, 'a size that they can have');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (begin + LOCAL.bytes > limit || view.getUint32(begin, true) !== LOCAL.signature) {
    throw invalid(place, `there is no entry at byte ${begin}`, 'the offset of its header');
  }
  const nameBegin = begin + LOCAL.bytes;
  const nameEnd = nameBegin + view.getUint16(begin + 26, true);
  const dataBegin = nameEnd + view.getUint16(begin + 28, true);
  if (dataBegin + compressedSize > limit) {
    throw invalid(place, `the data ends at byte ${dataBegin + compressedSize}`, `at most ${limit}, the directory`);
  }
  checkLocal(record, view, new TextDecoder().decode(bytes.subarray(nameBegin, nameEnd)), place);
  return new Uint8Array(bytes.buffer, bytes.byteOffset + dataBegin, compressedSize);
}

function checkLocal(record: ZipRecord, view: DataView, name: string, place: string): void {
  const { begin, flags, method, crc, size, compressedSize } = record;
  const local = (offset: number) => view.getUint32(begin + offset, true);
  const claims = [crc, compressedSize, size];
  const sizesFollow = (flags & SIZES_FOLLOW_FLAG) !== 0;
  const agrees =
    name === record.name &&
    view.getUint16(begin + 6, true) === flags &&
    view.getUint16(begin + 8, true) === method &&
    (sizesFollow || [14, 18, 22].every((offset, i) => local(offset) === claims[i] || local(offset) === 0xffffffff));
  if (!agrees) throw invalid(place, 'the entry and the directory differ', 'the same name, method, CRC and sizes');
}

/** Entries that share bytes would let a small file hold many large ones. */
function checkApart(extents: { begin: number; end: number; place: string }[]): void {
  let reached = 0;
  for (const { begin, end, place } of extents.sort((a, b) => a.begin - b.begin)) {
    if (begin < reached) throw invalid(place, `begins at byte ${begin}, inside another entry`, `${reached} or later`);
    reached = end;
  }
}

function contentOf(data: Uint8Array, { method, size, crc }: ZipRecord, place: string): Uint8Array {
  const content = method === STORED ? data : inflate(data, size, place);
  if (method === STORED && crc === 0) return content;
  if (crc32(content) !== crc) throw invalid(place, 'the data is damaged', `bytes whose CRC-32 is ${crc.toString(16)}`);
  return content;
}

function inflate(data: Uint8Array, size: number, place: string): Uint8Array {
  let content: Uint8Array;
  try {
    // fflate drops what `out` has no room for: one byte more shows that there was more.
    content = inflateSync(data, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    throw new SenetError('FileInvalid', 'the compressed data is damaged', { path: place, expected: 'deflate', cause });
  }
  if (content.length !== size) throw invalid(place, 'the data inflates to another size', `${size} bytes`);
  return content;
}
