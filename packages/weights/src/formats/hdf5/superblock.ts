import { invalid } from '../bytes.js';
import { Cursor } from './cursor.js';
import { verify } from './object-header.js';

/** The first bytes of every HDF5 file (a user block before it is not read: no weights have one). */
export const SIGNATURE = '\x89HDF\r\n\x1a\n';

export function isHdf5(bytes: Uint8Array): boolean {
  return [...SIGNATURE].every((char, i) => bytes[i] === char.charCodeAt(0));
}

/**
 * Where the root group's object header is.
 *
 * @throws SenetError `FileInvalid` for what is no HDF5 file, is cut short, or counts its addresses otherwise than in 8
 *   bytes from the file's begin
 */
export function readSuperblock(bytes: Uint8Array, path: string): number {
  if (!isHdf5(bytes)) throw invalid(path, 'this is no HDF5 file', `'\\x89HDF\\r\\n\\x1a\\n' as its first bytes`);
  const block = new Cursor(bytes, path, SIGNATURE.length);
  const version = block.oneOf(block.u8(), [0, 1, 2, 3], 'a superblock of version');
  return version < 2 ? readOld(block, version) : readNew(block);
}

function readOld(block: Cursor, version: number): number {
  block.skip(4);
  readWidths(block);
  block.skip(version === 0 ? 9 : 13);
  readBounds(block);
  block.address(); // of the driver's information
  block.skip(8);
  return rootOf(block.address(), block.place);
}

function readNew(block: Cursor): number {
  readWidths(block);
  block.skip(1);
  readBounds(block);
  const root = block.address();
  verify(block, 0);
  return rootOf(root, block.place);
}

function readWidths(block: Cursor): void {
  block.oneOf(block.u8(), [8], 'addresses of bytes');
  block.oneOf(block.u8(), [8], 'lengths of bytes');
}

/** Base address, an address of no concern here, and where the file ends. */
function readBounds(block: Cursor): void {
  const base = block.address();
  if (base !== 0) throw invalid(block.place, `addresses that count from ${base}`, 'from the begin of the file');
  block.address();
  const end = block.address();
  if (end === undefined || end > block.bytes.length) {
    throw invalid(block.place, `the file should end at ${end}`, `${block.bytes.length}: it is cut short`);
  }
}

function rootOf(address: number | undefined, path: string): number {
  if (address === undefined) throw invalid(path, 'there is no root group', 'its address');
  return address;
}
