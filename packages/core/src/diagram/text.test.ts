import { describe, expect, test } from 'vitest';
import { HOSTILE } from '../../../../test/support/diagrams.js';
import { clip, collapse, count, percent, plain, ranges, short, size, span, xml } from './text.js';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [28_141_144, '28,141,144'],
  ])('count(%i) is %s', (value, expected) => expect(count(value)).toBe(expected));

  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.00 k'],
    [9994, '9.99 k'],
    [9996, '10.0 k'],
    [99_960, '100 k'],
    [999_400, '999 k'],
    [999_600, '1.00 M'],
    [4_091_699_200, '4.09 G'],
    [5e15, '5000 T'],
    [null, '?'],
  ])('short(%s) is %s', (value, expected) => expect(short(value)).toBe(expected));

  test.each([
    [0, 10, '0 %'],
    [0, 0, '0 %'],
    [1, 10_000, '<0.1 %'],
    [1, 1000, '0.1 %'],
    [994, 10_000, '9.9 %'],
    [996, 10_000, '10 %'],
    [10, 10, '100 %'],
  ])('%i of %i is %s', (part, whole, expected) => expect(percent(part, whole)).toBe(expected));

  test('shapes and spans', () => {
    expect(size([null, 7, 64])).toBe('?×7×64');
    expect(span([64, 64])).toBe('64');
    expect(span([160, 128, 192])).toBe('128–192');
  });
});

describe('names', () => {
  test.each([
    [['layer1.0'], 'layer1.0'],
    [['layer1.1', 'layer1.2', 'layer1.3'], 'layer1.1–3'],
    [['b9', 'b10'], 'b9–10'],
    [['a', 'b'], 'a, b'],
    [['Mixed_5b', 'Mixed_5c', 'Mixed_5d'], 'Mixed_5b … Mixed_5d'],
    [['a0', 'a2', 'a3'], 'a0 … a3'],
    [['a9', 'b10'], 'a9, b10'],
  ])('%j collapse to %s', (names, expected) => expect(collapse(names)).toBe(expected));

  test('ranges leave nothing out', () => {
    expect(ranges(['blocks.0', 'blocks.2', 'blocks.3', 'blocks.4', 'head'])).toBe('blocks.0, blocks.2–4, head');
  });

  test('are one visible line', () => {
    expect(plain('a\u0000b\u001bc\ud800d\u202ee\u200bf\ufffeg\nh')).toBe('a�b�c�d�e�f�g h');
    expect(plain('漢字 é 🙂')).toBe('漢字 é 🙂');
    expect(clip('🙂🙂🙂', 2)).toBe('🙂…');
  });

  test.each(HOSTILE)('are no markup: %j', (name) => {
    expect(xml(name)).not.toMatch(/[<>"']|&(?!#\d+;)/);
    expect(xml(name)).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  });
});
