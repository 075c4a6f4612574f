import { SenetError } from '@senet/core/graph';
import { invalid, shortName } from './bytes.js';

// The format: PKWARE's APPNOTE.TXT, 4.3. Read from its end: the end record, before it (zip64) a locator and a second
// end record, before those the directory, before that the entries.
const END = { signature: 0x06054b50, bytes: 22 };
const LOCATOR = { signature: 0x07064b50, bytes: 20 };
const END64 = { signature: 0x06064b50, bytes: 56 };
const HEADER = { signature: 0x02014b50, bytes: 46 };
const MAX_COMMENT_BYTES = 0xffff;
/** In place of a number that stands in the zip64 field instead. */
const ELSEWHERE = 0xffffffff;
const ZIP64_FIELD = 1;

/** An entry as the directory claims it. */
export interface ZipRecord {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly begin: number;
}

export interface ZipDirectory {
  readonly records: readonly ZipRecord[];
  /** Where the directory itself begins: no entry reaches further. */
  readonly begin: number;
}

/**
 * Reads the directory of a zip file; it has to fill the bytes between the entries and the end record exactly.
 *
 * @throws SenetError `FileInvalid`
 */
export function readDirectory(bytes: Uint8Array, path: string): ZipDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { begin, end, count } = locateDirectory(view, path);
  const records: ZipRecord[] = [];
  let at = begin;
  while (records.length < count) {
    if (at + HEADER.bytes > end || view.getUint32(at, true) !== HEADER.signature) {
      throw invalid(path, `the directory ends after ${records.length} entries`, `${count}, as it says`);
    }
    const next = at + HEADER.bytes + lengthOf(view, at);
    if (next > end) throw invalid(path, 'an entry of the directory reaches past its end', `at most byte ${end}`);
    records.push(readRecord(bytes, view, at, path));
    at = next;
  }
  if (at !== end) throw invalid(path, `the directory holds ${end - at} bytes that belong to no entry`, 'none');
  return { records, begin };
}

function locateDirectory(view: DataView, path: string): { begin: number; end: number; count: number } {
  const at = locateEnd(view, path);
  const locatorAt = at - LOCATOR.bytes;
  const isZip64 = locatorAt >= END64.bytes && view.getUint32(locatorAt, true) === LOCATOR.signature;
  const end = isZip64 ? locatorAt - END64.bytes : at;
  if (isZip64 && (view.getUint32(end, true) !== END64.signature || uint64(view, locatorAt + 8) !== end)) {
    throw invalid(path, 'the zip64 end record is not where its locator says', `byte ${end}`);
  }
  const disks = isZip64
    ? view.getUint32(end + 16, true) + view.getUint32(end + 20, true)
    : view.getUint32(at + 4, true);
  if (disks !== 0) throw invalid(path, 'a part of a zip file of several disks', 'a zip file of one piece');
  const [count, size, begin] = isZip64
    ? [uint64(view, end + 32), uint64(view, end + 40), uint64(view, end + 48)]
    : [view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
  if (begin + size !== end) {
    throw invalid(path, `the directory claims bytes ${begin} to ${begin + size}`, `its end at byte ${end}`);
  }
  return { begin, end, count };
}

/** The end record is the last thing in the file but for a comment, whose length it says. */
function locateEnd(view: DataView, path: string): number {
  const last = view.byteLength - END.bytes;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (view.getUint32(at, true) === END.signature && at + view.getUint16(at + 20, true) === last) return at;
  }
  throw invalid(path, 'the zip file breaks off: it has no directory', 'a zip file with its end');
}

/** Bytes of an entry's name, fields and comment. */
function lengthOf(view: DataView, at: number): number {
  return view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
}

function readRecord(bytes: Uint8Array, view: DataView, at: number, path: string): ZipRecord {
  const nameBegin = at + HEADER.bytes;
  const nameEnd = nameBegin + view.getUint16(at + 28, true);
  const name = decodeName(bytes.subarray(nameBegin, nameEnd), path);
  const place = `${path}: ${shortName(name)}`;
  if (view.getUint16(at + 34, true) !== 0) throw invalid(place, 'lies on another disk', 'a zip file of one piece');

  const wide = zip64Field(view, nameEnd, nameEnd + view.getUint16(at + 30, true), place);
  const number = (offset: number): number => {
    const value = view.getUint32(at + offset, true);
    if (value !== ELSEWHERE) return value;
    const next = wide.shift();
    if (next === undefined) throw invalid(place, 'a number is missing in the zip64 field', 'one for each 0xffffffff');
    return next;
  };
  // The order in which the zip64 field has them.
  const [size, compressedSize, begin] = [number(24), number(20), number(42)];
  const [flags, method, crc] = [
    view.getUint16(at + 8, true),
    view.getUint16(at + 10, true),
    view.getUint32(at + 16, true),
  ];
  return { name, flags, method, crc, compressedSize, size, begin };
}

/** The 64-bit numbers of an entry; its last four bytes may be a disk number. */
function zip64Field(view: DataView, begin: number, end: number, place: string): number[] {
  for (let at = begin; at + 4 <= end; ) {
    const length = view.getUint16(at + 2, true);
    const next = at + 4 + length;
    if (next > end) throw invalid(place, 'a field reaches past the end of the others', `at most byte ${end}`);
    if (view.getUint16(at, true) === ZIP64_FIELD) {
      return Array.from({ length: Math.floor(length / 8) }, (_, i) => uint64(view, at + 4 + 8 * i));
    }
    at = next;
  }
  return [];
}

function decodeName(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SenetError('FileInvalid', 'the name of an entry is not UTF-8', { path, expected: 'UTF-8 text', cause });
  }
}

/** Inexact above 2^53, where it is past the end of any file anyway. */
function uint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}
