import { describe, expect, test } from 'vitest';
import { Statistics } from './statistics.js';
import { topOf } from './top.js';

describe('topOf', () => {
  test('the largest first, equals by index', () => {
    expect(topOf(Float32Array.of(1, 3, 2, 3), 3).map(({ index }) => index)).toEqual([1, 3, 2]);
  });

  test('no more than there are', () => {
    expect(topOf(Float32Array.of(1, 2), 5)).toHaveLength(2);
  });

  test('softmax over all classes, large logits too', () => {
    const [first, second] = topOf(Float32Array.of(1000, 1000 - Math.log(3), -5000), 2);
    expect(first!.probability).toBeCloseTo(0.75, 4);
    expect(second!.probability).toBeCloseTo(0.25, 4);
  });

  test('sigmoids, each by itself', () => {
    const [first, second] = topOf(Float32Array.of(0, Math.log(3)), 2, 'sigmoid');
    expect(first!.probability).toBeCloseTo(0.75, 6);
    expect(second!.probability).toBe(0.5);
  });
});

describe('Statistics', () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => 1e4 + Math.sin(i));
  const mean = values.reduce((a, b) => a + b / 1000, 0);
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 1000);

  test.each([1000, 64, 7, 1])('in pieces of %i', (piece) => {
    const statistics = new Statistics();
    for (let i = 0; i < 1000; i += piece) statistics.add(values.subarray(i, i + piece));
    statistics.add(new Float32Array(0));
    expect(statistics.mean).toBeCloseTo(mean, 8);
    expect(statistics.std).toBeCloseTo(std, 8);
  });
});
