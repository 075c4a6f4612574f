import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { crc32 } from './crc32.js';
import { readZip, writeZip, zipNames } from './zip.js';

interface Entry {
  name: string;
  data: Uint8Array;
  method: number;
  flags: number;
  crc: number;
  size: number;
  /** What the local header says instead. */
  local: Partial<{ name: string; method: number; flags: number; crc: number; size: number }>;
  extra: Uint8Array;
  /** In the directory. */
  begin: number;
  disk: number;
}

const text = (value: string) => new TextEncoder().encode(value);
const uint16 = (...values: number[]) => values.flatMap((value) => [value & 0xff, value >>> 8]);
const uint32 = (...values: number[]) => values.flatMap((value) => uint16(value & 0xffff, value >>> 16));
const uint64 = (...values: number[]) => values.flatMap((value) => uint32(value >>> 0, Math.floor(value / 2 ** 32)));

interface End {
  count: number;
  size: number;
  begin: number;
  disk: number;
  comment: string;
  zip64: boolean;
  locator: number;
}

/** A zip file of these entries, and whatever lies are told about them. */
function zip(entries: readonly Partial<Entry>[], lies: Partial<End> = {}): Uint8Array {
  const bytes: number[] = [];
  const directory: number[] = [];
  for (const entry of entries) {
    const { name = 'a', data = text('hello'), method = 0, flags = 0, local = {}, extra = new Uint8Array(0) } = entry;
    const { crc = crc32(data), size = data.length, begin = bytes.length, disk = 0 } = entry;
    const claim = { name, method, flags, crc, size, ...local };
    const localName = text(claim.name);
    bytes.push(...uint32(0x04034b50), ...uint16(20, claim.flags, claim.method, 0, 0));
    bytes.push(...uint32(claim.crc, data.length, claim.size), ...uint16(localName.length, 0), ...localName, ...data);
    const encoded = text(name);
    directory.push(...uint32(0x02014b50), ...uint16(20, 20, flags, method, 0, 0), ...uint32(crc, data.length, size));
    directory.push(...uint16(encoded.length, extra.length, 0, disk, 0), ...uint32(0, begin), ...encoded, ...extra);
  }
  const end = { count: entries.length, size: directory.length, begin: bytes.length, disk: 0, comment: '', ...lies };
  const end64At = bytes.length + directory.length;
  bytes.push(...directory);
  if (lies.zip64) {
    bytes.push(...uint32(0x06064b50), ...uint64(44), ...uint16(45, 45), ...uint32(end.disk, end.disk));
    bytes.push(...uint64(end.count, end.count, end.size, end.begin));
    bytes.push(...uint32(0x07064b50, 0), ...uint64(lies.locator ?? end64At), ...uint32(1));
    bytes.push(...uint32(0x06054b50), ...uint16(0, 0, 0xffff, 0xffff), ...uint32(0xffffffff, 0xffffffff));
  } else {
    bytes.push(...uint32(0x06054b50), ...uint16(end.disk, end.disk, end.count, end.count));
    bytes.push(...uint32(end.size, end.begin));
  }
  return new Uint8Array([...bytes, ...uint16(end.comment.length), ...text(end.comment)]);
}

const deflated = (data: Uint8Array, more: Partial<Entry> = {}): Partial<Entry> => ({
  data: deflateSync(data),
  method: 8,
  crc: crc32(data),
  size: data.length,
  ...more,
});

function contents(bytes: Uint8Array): Record<string, string> {
  const entries = [...readZip(bytes, 'test.zip')];
  return Object.fromEntries(entries.map(([name, entry]) => [name, new TextDecoder().decode(entry.bytes())]));
}

describe('good files', () => {
  test.each<[string, Uint8Array, Record<string, string>]>([
    ['no entry', zip([]), {}],
    ['a stored entry', zip([{}]), { a: 'hello' }],
    ['an empty one', zip([{ data: text('') }]), { a: '' }],
    ['a deflated one', zip([deflated(text('abc'.repeat(99)))]), { a: 'abc'.repeat(99) }],
    ['an empty deflated one', zip([deflated(text(''))]), { a: '' }],
    ['several, in another order', zip([{}, { name: 'é/ü', data: text('x') }]), { a: 'hello', 'é/ü': 'x' }],
    ['zip64', zip([{}, { name: 'b' }], { zip64: true }), { a: 'hello', b: 'hello' }],
    [
      'zip64 numbers',
      zip([{ size: 0xffffffff, local: { size: 5 }, extra: new Uint8Array([...uint16(1, 8), ...uint64(5)]) }]),
      { a: 'hello' },
    ],
    ['a comment', zip([{}], { comment: 'a comment' }), { a: 'hello' }],
    ['sizes after the data', zip([{ flags: 8, local: { crc: 0, size: 0 } }]), { a: 'hello' }],
    ['a CRC left out', zip([{ crc: 0 }]), { a: 'hello' }],
    [
      'what writeZip writes',
      writeZip(
        new Map([
          ['a', text('1')],
          ['__proto__', text('2')],
        ]),
      ),
      { a: '1', ['__proto__']: '2' },
    ],
  ])('%s', (_, bytes, wanted) => {
    expect(contents(bytes)).toEqual(wanted);
  });

  test('a stored entry is a view, of a Node Buffer too', () => {
    const buffer = Buffer.from(zip([{}]));
    const data = readZip(buffer).get('a')!.bytes();
    expect(data.buffer).toBe(buffer.buffer);
    expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
  });
});

describe('what is refused', () => {
  const long = text('abc'.repeat(99));
  test.each<[string, Uint8Array, string]>([
    ['no zip file', text('hello, this is no zip file'), 'has no directory'],
    ['nothing', new Uint8Array(0), 'has no directory'],
    ['one that breaks off', zip([{}]).subarray(0, -1), 'has no directory'],
    ['one that goes on', new Uint8Array([...zip([{}]), 0]), 'has no directory'],
    ['one that does not begin at its beginning', new Uint8Array([0, ...zip([{}])]), 'the directory claims bytes'],
    ['too many entries', zip([{}], { count: 2 }), 'ends after 1 entries'],
    ['2^60 entries', zip([{}], { count: 2 ** 60, zip64: true }), 'ends after 1 entries'],
    ['too few', zip([{}, { name: 'b' }], { count: 1 }), 'belong to no entry'],
    ['a directory elsewhere', zip([{}], { begin: 3 }), 'the directory claims bytes 3'],
    ['a zip64 record elsewhere', zip([{}], { zip64: true, locator: 7 }), 'not where its locator says'],
    ['several disks', zip([{}], { disk: 1 }), 'several disks'],
    ['several disks of zip64', zip([{}], { disk: 1, zip64: true }), 'several disks'],
    ['another disk', zip([{ disk: 1 }]), 'another disk'],
    ['a name twice', zip([{}, {}]), 'this name twice'],
    ['encryption', zip([{ flags: 1 }]), 'encrypted'],
    ['strong encryption', zip([{ flags: 0x41 }]), 'encrypted'],
    ['another method', zip([{ method: 12 }]), 'compression method 12'],
    ['another size', zip([{ size: 6 }]), '5 bytes claim to be 6'],
    ['a size that deflate cannot reach', zip([deflated(long, { size: 2 ** 31 })]), 'claim to be 2147483648'],
    ['a missing zip64 number', zip([{ size: 0xffffffff }]), 'missing in the zip64 field'],
    ['a field that is too long', zip([{ extra: new Uint8Array(uint16(1, 99)) }]), 'reaches past the end'],
    ['an offset past the end', zip([{ begin: 9999 }]), 'no entry at byte 9999'],
    ['an offset beside an entry', zip([{ begin: 1 }]), 'no entry at byte 1'],
    ['two entries in one place', zip([{}, { name: 'b', begin: 0 }]), 'the entry and the directory differ'],
    ['another name in the entry', zip([{ local: { name: 'b' } }]), 'differ'],
    ['another method in the entry', zip([{ local: { method: 8 } }]), 'differ'],
    ['another size in the entry', zip([{ local: { size: 4 } }]), 'differ'],
    ['another CRC in the entry', zip([{ local: { crc: 4 } }]), 'differ'],
    ['a broken name', zip([{ name: 'x' }]).map((byte) => (byte === 0x78 ? 0xff : byte)), 'not UTF-8'],
    ['damaged data', zip([{ crc: 1 }]), 'the data is damaged'],
    ['damaged deflated data', zip([deflated(long, { crc: 1 })]), 'the data is damaged'],
    ['a deflated entry without CRC', zip([deflated(long, { crc: 0 })]), 'the data is damaged'],
    ['less than it claims', zip([deflated(long, { size: 298 })]), 'inflates to another size'],
    ['more than it claims', zip([deflated(long, { size: 296, crc: crc32(long.subarray(0, 296)) })]), 'to another size'],
    ['what is not deflated', zip([{ method: 8, data: new Uint8Array(9).fill(0xff) }]), 'compressed data is damaged'],
    ['deflated data that breaks off', zip([{ ...deflated(long), data: deflateSync(long).subarray(0, 4) }]), 'damaged'],
  ])('%s', (_, bytes, problem) => {
    const read = () => contents(bytes);
    expect(read).toThrow(expect.objectContaining({ name: 'SenetError', code: 'FileInvalid' }));
    expect(read).toThrow(problem);
  });

  test('overlapping entries, though each is well-formed', () => {
    // The first entry's data is the second entry.
    const inner = zip([{ name: 'b' }]).subarray(0, 36);
    const outer = zip([{ data: inner }, { name: 'b', begin: 31 }]);
    expect(() => readZip(outer, 'test.zip')).toThrow('test.zip: b: begins at byte 31, inside another entry');
  });

  test('a bomb costs no more than it claims', () => {
    const bomb = zip([deflated(new Uint8Array(10_000_000), { size: 10, crc: 0 })]);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => contents(bomb)).toThrow('inflates to another size');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});

test.each<[string, Uint8Array, string[]]>([
  ['all of a good file', zip([{}, { name: 'b' }]), ['a', 'b']],
  ['the first of one that breaks off', zip([{ name: 'first' }]).subarray(0, 50), ['first']],
  ['none of another file', text('hello, this is no zip file, but it is as long as one'), []],
  ['none of nothing', new Uint8Array(0), []],
])('names: %s', (_, bytes, names) => {
  expect(zipNames(bytes)).toEqual(names);
});
