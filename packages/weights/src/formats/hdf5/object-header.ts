import { invalid } from '../bytes.js';
import { lookup3 } from './checksum.js';
import { Cursor, type FileBytes } from './cursor.js';

/** The kinds of messages this reader knows, under the numbers of the HDF5 file format (version 3.0, section IV.A.2). */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface Message {
  readonly type: number;
  readonly shared: boolean;
  /** Begin and end of what it says. */
  readonly begin: number;
  readonly end: number;
}

const SHARED = 0x02;
const CHECKSUM_BYTES = 4;

/** How a version of the format writes its messages. */
interface Version {
  /** Bytes before a message's content. */
  readonly prefix: number;
  message(block: Cursor): Message;
  /** The messages of a block that continues the header. */
  continued(block: Cursor): Cursor;
}

/**
 * The messages of the object whose header begins at `address`: what it is, where its values lie, its attributes.
 *
 * @throws SenetError `FileInvalid`, also for a header that continues in itself
 */
export function readObjectHeader(file: FileBytes, address: number, place: string): Message[] {
  const header = file.open(place, address);
  // Version 1 begins with its number, later ones with 'OHDR'.
  return file.bytes[address] === 0x4f ? readV2(file, header) : readV1(file, header);
}

function readV1(file: FileBytes, header: Cursor): Message[] {
  header.oneOf(header.u8(), [1], 'an object header of version');
  header.skip(7);
  const length = header.u32();
  header.skip(4);
  return readBlocks(file, header.part(length), {
    prefix: 8,
    message(block) {
      const type = block.u16();
      const size = block.u16();
      const flags = block.u8();
      block.skip(3);
      return messageOf(block, type, size, flags);
    },
    continued: (block) => block,
  });
}

function readV2(file: FileBytes, header: Cursor): Message[] {
  const begin = header.at;
  header.signature('OHDR');
  header.oneOf(header.u8(), [2], 'an object header of version');
  const flags = header.u8();
  if (flags & 0x20) header.skip(16); // times
  if (flags & 0x10) header.skip(4); // when attributes move out of the header
  const length = header.uint((1 << (flags & 3)) as 1 | 2 | 4 | 8);
  const first = header.part(length);
  verify(header, begin);
  const orderBytes = flags & 0x04 ? 2 : 0;
  return readBlocks(file, first, {
    prefix: 4 + orderBytes,
    message(block) {
      const type = block.u8();
      const size = block.u16();
      const messageFlags = block.u8();
      block.skip(orderBytes);
      return messageOf(block, type, size, messageFlags);
    },
    continued(block) {
      const start = block.at;
      block.signature('OCHK');
      const messages = block.part(Math.max(0, block.left - CHECKSUM_BYTES));
      verify(block, start);
      return messages;
    },
  });
}

function messageOf(block: Cursor, type: number, size: number, flags: number): Message {
  const begin = block.at;
  block.skip(size);
  return { type, shared: (flags & SHARED) !== 0, begin, end: begin + size };
}

function readBlocks(file: FileBytes, first: Cursor, version: Version): Message[] {
  const { bytes, place } = first;
  const messages: Message[] = [];
  const blocks = [first];
  for (const block of blocks) {
    file.spend(block.left, place);
    // What is left and shorter than a message is a gap.
    while (block.left >= version.prefix) {
      const message = version.message(block);
      messages.push(message);
      if (message.type !== MESSAGE.continuation) continue;
      const where = new Cursor(bytes, place, message.begin, message.end);
      const begin = where.address() ?? bytes.length;
      const next = file.open(place, begin, where.size());
      blocks.push(version.continued(next));
    }
  }
  return messages;
}

/** The checksum stands behind what it is of. */
export function verify(cursor: Cursor, begin: number): void {
  const computed = lookup3(cursor.bytes.subarray(begin, cursor.at));
  const stored = cursor.u32();
  if (stored !== computed) throw invalid(cursor.place, `a checksum of ${stored}`, `${computed}, that of the bytes`);
}
