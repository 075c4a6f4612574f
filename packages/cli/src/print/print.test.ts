import type { Receipt, ReceiptEntry } from '@senet/core/graph';
import { describe, expect, test } from 'vitest';
import { printReceipt } from './attachments.js';
import { collapse } from './names.js';
import { short, size } from './numbers.js';
import { table } from './table.js';

test.each([
  [['fc'], 'fc'],
  [['layer1.0.se', 'layer1.1.se', 'layer1.2.se'], 'layer1.{0-2}.se'],
  [['layer1.0.se', 'layer1.2.se'], 'layer1.0.se, layer1.2.se'],
  [['layer1.0.se', 'layer2.1.se'], 'layer1.0.se, layer2.1.se'],
  [['a.0', 'a.1.b'], 'a.0, a.1.b'],
  [['Mixed_5b.se', 'Mixed_5c.se', 'Mixed_5d.se', 'Mixed_5e.se'], 'Mixed_5b.se … Mixed_5e.se'],
])('collapse %s', (names, text) => {
  expect(collapse(names)).toBe(text);
});

test.each([
  [0, '', '0'],
  [999, 'B', '999 B'],
  [1000, 'B', '1.00 kB'],
  [4_089_184_256, '', '4.09 G'],
  [69_100_000, 'B', '69.1 MB'],
  [118_000_000, '', '118 M'],
  [null, 'B', '?'],
])('short %s%s', (value, unit, text) => {
  expect(short(value, unit)).toBe(text);
});

test('size', () => {
  expect(size([224, null, 3])).toBe('224×?×3');
});

test('table', () => {
  const columns = [{ title: 'name' }, { title: 'n', align: 'right' as const }];
  expect(
    table(columns, [
      ['a', '100'],
      ['longer', '2'],
    ]),
  ).toBe('name      n\na       100\nlonger    2');
});

describe('printReceipt', () => {
  const entry = (node: string, changes: Partial<ReceiptEntry> = {}) =>
    ({ type: 'se', site: 'branch', node, params: 10, ...changes }) as ReceiptEntry;

  test('what is attached, skipped, and zero at first', () => {
    const receipt: Receipt = {
      attachments: [entry('a.se'), entry('b.se', { zeroGradients: 'a gamma of 0' }), entry('c.eca', { type: 'eca' })],
      skipped: [{ type: 'se', block: 'd', site: 'shortcut' }],
      params: 30,
    };
    expect(printReceipt(receipt).split('\n')).toEqual([
      'attached, and proven to be on the path to the output: 3, 30 parameters',
      '  se at branch: 2 (a.se … b.se), 20 parameters',
      '  eca at branch: 1 (c.eca), 10 parameters',
      '  skipped: se at shortcut of d, which has no such place',
      '  some gradients of 1 are zero at the first step, as in b.se: a gamma of 0',
    ]);
  });

  test('nothing', () => {
    expect(printReceipt({ attachments: [], skipped: [], params: 0 })).toBe('nothing is attached');
  });
});
