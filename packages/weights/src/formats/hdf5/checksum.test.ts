import { expect, test } from 'vitest';
import { lookup3 } from './checksum.js';

// What driver5 of Bob Jenkins' lookup3.c prints, and lengths around its blocks of 12.
test.each([
  ['', 0xdeadbeef],
  ['Four score and seven years ago', 0x17770551],
])('%j', (text, expected) => {
  expect(lookup3(Buffer.from(text))).toBe(expected);
});

test('every byte counts, at every length', () => {
  for (let length = 1; length <= 37; length++) {
    const bytes = new Uint8Array(length).fill(7);
    const sums = new Set([lookup3(bytes)]);
    for (let at = 0; at < length; at++) {
      const changed = bytes.slice();
      changed[at] = 8;
      sums.add(lookup3(changed));
    }
    expect(sums.size).toBe(length + 1);
  }
});
