import { elementCount, invalid, shortName } from '../bytes.js';
import type { Cursor } from './cursor.js';
import { type Datatype, readDataspace, readDatatype } from './datatype.js';
import type { GlobalHeap } from './global-heap.js';
import { MESSAGE, type Message } from './object-header.js';

/** An attribute of text: Keras keeps its names and versions in them. */
interface Attribute {
  readonly name: string;
  readonly datatype: Datatype;
  readonly count: number;
  readonly data: Cursor;
}

/**
 * The attributes of an object that hold text, by name; those of numbers are left out.
 *
 * @throws SenetError `FileInvalid`, also where attributes are kept outside of the object's header (h5py does so with
 *   `track_order` or `libver='latest'` only)
 */
export function readTextAttributes(
  heap: GlobalHeap,
  messages: readonly Message[],
  place: string,
): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, readonly string[]>();
  for (const message of messages) {
    const content = heap.file.open(place, message.begin, message.end - message.begin);
    if (message.type === MESSAGE.attributeInfo) refuseDense(content);
    if (message.type !== MESSAGE.attribute) continue;
    const attribute = readAttribute(content, message.shared);
    const strings = attribute && readStrings(heap, attribute, `${place}: ${shortName(attribute.name)}`);
    if (strings) texts.set(attribute.name, strings);
  }
  return texts;
}

function refuseDense(message: Cursor): void {
  message.skip(1);
  if (message.u8() & 1) message.skip(2);
  if (message.address() === undefined) return;
  throw invalid(message.place, 'attributes kept in a heap of their own', "attributes as h5py's defaults store them");
}

function readAttribute(message: Cursor, shared: boolean): Attribute | undefined {
  const version = message.oneOf(message.u8(), [1, 2, 3], 'an attribute of version');
  const flags = message.u8();
  // A named type or a shared space: Keras writes none, and what refers to them is no text of its.
  if (shared || (version > 1 && flags !== 0)) return undefined;
  const padded = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const nameSize = message.u16();
  const typeSize = message.u16();
  const spaceSize = message.u16();
  if (version === 3) message.skip(1);
  const name = decodeText(message.part(padded(nameSize)).take(nameSize), message.place);
  const datatype = readDatatype(message.part(padded(typeSize)));
  const count = elementCount(readDataspace(message.part(padded(spaceSize))));
  if (count === undefined) throw invalid(message.place, 'an attribute no memory can hold', 'fewer elements');
  return { name, datatype, count, data: message.part(message.left) };
}

function readStrings(heap: GlobalHeap, { datatype, count, data }: Attribute, place: string): string[] | undefined {
  if (count === 0) return [];
  if (datatype.kind !== 'string' && datatype.kind !== 'variableString') return undefined;
  if (count * datatype.size > data.left) {
    throw invalid(place, `${data.left} bytes of text`, `${count} times ${datatype.size}`);
  }
  const element = () =>
    datatype.kind === 'string' ? data.take(datatype.size) : heap.text(data.part(datatype.size, place));
  return Array.from({ length: count }, () => decodeText(element(), place));
}

/** UTF-8 up to the first zero: strings of one length are padded with zeros, names end with one. */
export function decodeText(bytes: Uint8Array, place: string): string {
  const zero = bytes.indexOf(0);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      zero < 0 ? bytes : bytes.subarray(0, zero),
    );
  } catch {
    throw invalid(place, 'a name or text is not UTF-8', 'UTF-8');
  }
}
