import { expect, test } from 'vitest';
import { rowsPerBlock } from './product.js';

const KB = 1024;

test.each([
  { m: 49, rowBytes: 4 * KB, bytes: 8192 * KB, blocks: 1, why: 'B comes from memory, and all of A lies nearer' },
  { m: 49, rowBytes: 32 * KB, bytes: 8192 * KB, blocks: 3, why: 'A is too large' },
  { m: 98, rowBytes: 2 * KB, bytes: 256 * KB, blocks: 2, why: 'two rows more than fit make no block of their own' },
  { m: 3136, rowBytes: 1 * KB, bytes: 64 * KB, blocks: 33, why: 'as many rows as the cache holds' },
])('$m rows of $rowBytes bytes pass in $blocks blocks: $why', ({ m, rowBytes, bytes, blocks }) => {
  const rows = rowsPerBlock(m, rowBytes, bytes, 6);
  expect(rows % 6).toBe(0);
  expect(Math.ceil(m / rows)).toBe(blocks);
  expect(m - (blocks - 1) * rows).toBeGreaterThan(rows / 2); // the last is no remnant
});

test('rows that need no multiple are split as they are', () => {
  expect(rowsPerBlock(14, 28 * KB, 64 * KB)).toBe(4);
});
