import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fnv1a, Generator, generatorFor } from './generator.js';

const draw = (count: number, next: () => number) => Float64Array.from({ length: count }, next);

function moments(values: Float64Array) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const central = (power: number) => values.reduce((sum, v) => sum + (v - mean) ** power, 0) / values.length;
  const variance = central(2);
  return { mean, variance, skewness: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 };
}

describe('Generator', () => {
  test('bits are uniform: mean, variance, and every bit set half of the time', () => {
    const generator = new Generator(1);
    const bits = Array.from({ length: 50_000 }, () => generator.bits());
    expect(bits.every((b) => Number.isInteger(b) && b >= 0 && b < 2 ** 32)).toBe(true);
    for (let i = 0; i < 32; i++) {
      const share = bits.filter((b) => (b >>> i) & 1).length / bits.length;
      expect(Math.abs(share - 0.5), `bit ${i}`).toBeLessThan(0.012); // five standard deviations
    }
    expect(new Set(bits).size).toBeGreaterThan(49_990);
  });

  test('uniform values fill [0, 1) evenly', () => {
    const generator = new Generator(2);
    const values = draw(100_000, () => generator.uniform());
    const { mean, variance } = moments(values);
    expect(values.every((u) => u >= 0 && u < 1)).toBe(true);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    const counts = Array(10).fill(0);
    for (const u of values) counts[Math.floor(u * 10)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('normal values have the moments, the quantiles and the tails of a normal', () => {
    const generator = new Generator(3);
    const values = draw(400_000, () => generator.normal());
    const { mean, variance, skewness, kurtosis } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.008);
    expect(Math.abs(variance - 1)).toBeLessThan(0.012);
    expect(Math.abs(skewness)).toBeLessThan(0.02);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.04);
    const below = (x: number) => values.filter((v) => v < x).length / values.length;
    for (const [x, p] of [
      [-1.959964, 0.025],
      [-1, 0.158655],
      [0, 0.5],
      [0.67449, 0.75],
      [2.326348, 0.99],
    ] as const) {
      expect(Math.abs(below(x) - p), `P(x < ${x})`).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / values.length));
    }
  });

  test('normal values have the tails of a normal beyond the ziggurat, on both sides', () => {
    const generator = new Generator(4);
    const edge = 3.442619855899;
    const beyond: number[] = [];
    for (let i = 0; i < 4_000_000; i++) {
      const value = generator.normal();
      if (Math.abs(value) > edge) beyond.push(value);
    }
    expect(Math.abs(beyond.length - 4e6 * 5.7611e-4)).toBeLessThan(200); // four deviations
    expect(Math.abs(beyond.filter((v) => v < 0).length / beyond.length - 0.5)).toBeLessThan(0.05);
    const excess = beyond.reduce((sum, v) => sum + Math.abs(v) - edge, 0) / beyond.length;
    expect(Math.abs(excess - 0.2547)).toBeLessThan(0.016);
  });

  test('one seed, one stream; another seed, another', () => {
    const stream = (seed: number) => {
      const generator = new Generator(seed);
      return Array.from({ length: 8 }, () => generator.bits());
    };
    expect(stream(5)).toEqual(stream(5));
    const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => new Generator(seed).bits()));
    expect(firsts.size).toBe(1000);
    expect(stream(5 + 2 ** 32)).toEqual(stream(5)); // its lower 32 bits count
  });

  test('goes on from a saved state, through JSON, at any point', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(50), (seed, skipped) => {
        const generator = new Generator(seed);
        for (let i = 0; i < skipped; i++) generator.normal();
        const resumed = new Generator(JSON.parse(JSON.stringify(generator.state)));
        for (let i = 0; i < 5; i++) {
          expect(resumed.normal()).toBe(generator.normal());
          expect(resumed.bits()).toBe(generator.bits());
        }
        expect(resumed.state).toEqual(generator.state);
      }),
    );
  });

  test('bits are those of xoshiro128**, in integers without bounds', () => {
    const mask = 0xffffffffn;
    const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
    const s = [1n, 2n, 3n, 4n] as [bigint, bigint, bigint, bigint];
    const generator = new Generator([1, 2, 3, 4]);
    for (let i = 0; i < 1000; i++) {
      expect(generator.bits()).toBe(Number((rotate((s[1] * 5n) & mask, 7n) * 9n) & mask));
      const shifted = (s[1] << 9n) & mask;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= shifted;
      s[3] = rotate(s[3], 11n);
    }
  });

  test('what a seed draws never changes: saved experiments repeat', () => {
    const generator = new Generator(0);
    expect([generator.bits(), generator.bits(), generator.bits()]).toEqual([1789933344, 44971166, 2521387044]);
    expect([generator.normal(), generator.normal()]).toEqual([-0.2989429966456041, 0.4550451996903094]);
  });
});

test('streams of names do not depend on each other, and follow the seed', () => {
  const first = (name: string, seed: number) => generatorFor(name, seed).bits();
  expect(first('conv1.weight', 0)).toBe(first('conv1.weight', 0));
  const names = Array.from({ length: 200 }, (_, i) => `layer${i}.weight`);
  const all = names.flatMap((name) => [0, 1, 2, 3, 4].map((seed) => first(name, seed)));
  expect(new Set(all).size).toBe(1000);
});

test('fnv1a hashes UTF-8 bytes', () => {
  expect([fnv1a(''), fnv1a('a'), fnv1a('é'), fnv1a('input')]).toEqual([2166136261, 3826002220, 513665217, 4191711099]);
});
