import { invalid, shortName } from '../bytes.js';
import { decodeText } from './attributes.js';
import type { Cursor, FileBytes } from './cursor.js';
import { MESSAGE, type Message } from './object-header.js';

/** A member of a group: its name and where its object header is. */
interface Link {
  readonly name: string;
  readonly address: number;
}

/**
 * The members of a group in the file's order, or `undefined` where the object is no group. Both of HDF5's ways are
 * read: the symbol table that h5py writes, and links within the object's header.
 *
 * @throws SenetError `FileInvalid`; also for links to other files or by name, which no weights are stored with, and for
 *   groups whose links are kept in a heap of their own (`track_order`, `libver='latest'` and more than 8 members)
 */
export function readLinks(file: FileBytes, messages: readonly Message[], place: string): Link[] | undefined {
  const links: Link[] = [];
  let isGroup = false;
  for (const { type, begin, end } of messages) {
    const content = file.open(place, begin, end - begin);
    if (type === MESSAGE.symbolTable) readSymbolTable(file, content, links);
    else if (type === MESSAGE.linkInfo) refuseDense(content);
    else if (type === MESSAGE.link) links.push(readLink(content));
    else continue;
    isGroup = true;
  }
  if (!isGroup) return undefined;
  const names = new Set<string>();
  for (const { name } of links) {
    if (names.has(name)) throw invalid(place, `two members are called '${shortName(name)}'`, 'every name once');
    names.add(name);
  }
  return links;
}

function refuseDense(message: Cursor): void {
  message.skip(1);
  if (message.u8() & 1) message.skip(8);
  if (message.address() === undefined) return;
  throw invalid(message.place, 'a group kept in a heap of its own', "a group as h5py's defaults store it");
}

function readLink(message: Cursor): Link {
  message.oneOf(message.u8(), [1], 'a link of version');
  const flags = message.u8();
  const type = flags & 0x08 ? message.u8() : 0;
  if (flags & 0x04) message.skip(8);
  if (flags & 0x10) message.skip(1);
  const length = message.uint((1 << (flags & 3)) as 1 | 2 | 4 | 8);
  const name = nameOf(message.take(length), message.place);
  if (type !== 0) throw invalid(message.place, `'${shortName(name)}' is a link by name`, 'what it stands for');
  return { name, address: addressOf(message.address(), message.place) };
}

function readSymbolTable(file: FileBytes, message: Cursor, links: Link[]): void {
  const { place } = message;
  const tree = addressOf(message.address(), place);
  const heap = file.open(place, addressOf(message.address(), place));
  heap.signature('HEAP');
  heap.skip(4);
  const size = heap.size();
  heap.skip(8);
  const names = file.open(place, addressOf(heap.address(), place), size);
  readTree(file, tree, undefined, names, links);
}

/** A node of the B-tree: its children are one level lower, so that no tree has a circle. */
function readTree(file: FileBytes, address: number, level: number | undefined, names: Cursor, links: Link[]): void {
  const { place } = names;
  const node = file.open(place, address);
  node.signature('TREE');
  node.oneOf(node.u8(), [0], 'a tree of kind');
  const own = node.u8();
  if (level !== undefined && own !== level) throw invalid(place, `a tree of level ${own}`, `level ${level}`);
  const count = node.u16();
  node.skip(16); // the siblings
  file.spend(24 + 16 * count, place);
  for (let i = 0; i < count; i++) {
    node.skip(8);
    const child = addressOf(node.address(), place);
    if (own > 0) readTree(file, child, own - 1, names, links);
    else readSymbols(file, child, names, links);
  }
}

function readSymbols(file: FileBytes, address: number, names: Cursor, links: Link[]): void {
  const { place } = names;
  const node = file.open(place, address);
  node.signature('SNOD');
  node.skip(2);
  const count = node.u16();
  file.spend(8 + 40 * count, place);
  for (let i = 0; i < count; i++) {
    const nameAt = names.at + node.size();
    const child = node.address();
    const kind = node.u32();
    node.skip(20);
    const bytes = file.open(place, nameAt, Math.max(0, names.end - nameAt)).zeroTerminated();
    file.spend(bytes.length, place);
    const name = nameOf(bytes, place);
    if (kind === 2) throw invalid(place, `'${shortName(name)}' is a link by name`, 'what it stands for');
    links.push({ name, address: addressOf(child, place) });
  }
}

function nameOf(bytes: Uint8Array, place: string): string {
  const name = decodeText(bytes, place);
  if (name === '' || name.includes('/')) throw invalid(place, `a member called '${shortName(name)}'`, 'a name');
  return name;
}

function addressOf(address: number | undefined, place: string): number {
  if (address === undefined) throw invalid(place, 'an address is not there', 'where the group is kept');
  return address;
}
