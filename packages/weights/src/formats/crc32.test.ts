import { expect, test } from 'vitest';
import { crc32 } from './crc32.js';

// The check value of the catalogue of CRCs, and zlib's of bytes 0 to n - 1.
test.each([
  ['123456789', 0xcbf43926],
  ['', 0],
  ['a', 0xe8b7be43],
])('of %j', (text, crc) => {
  expect(crc32(new TextEncoder().encode(text))).toBe(crc);
});

test('of every length around a step of eight bytes, as one byte at a time has it', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => (i * 151) & 0xff);
  for (let begin = 0; begin < 9; begin++) {
    for (let end = begin; end <= bytes.length; end++)
      expect(crc32(bytes.subarray(begin, end))).toBe(slow(bytes, begin, end));
  }
});

function slow(bytes: Uint8Array, begin: number, end: number): number {
  let crc = 0xffffffff;
  for (let at = begin; at < end; at++) {
    crc ^= bytes[at]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
