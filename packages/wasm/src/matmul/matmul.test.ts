import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { between, pick, random, randomValues, withGradients, worstDifference } from '../testing/compare.js';

const CASES = 120;

afterAll(uninstall);

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    await install(tf, { simd });
  });

  test(`${CASES} matrix products and their gradients are those of the cpu backend`, async () => {
    const next = random(11);
    for (let i = 0; i < CASES; i++) {
      const [m, k, n] = [between(next, 1, 40), between(next, 1, 70), between(next, 1, 40)];
      const [transposeA, transposeB] = [next() > 0, next() > 0];
      const batch = pick(next, [[], [1], [3], [2, 2]]);
      const a = randomValues(next, [...batch, ...(transposeA ? [k, m] : [m, k])]);
      const b = randomValues(next, [...batch, ...(transposeB ? [n, k] : [k, n])]);
      const f = withGradients((x, y) => tf.matMul(x!, y!, transposeA, transposeB));
      const what = JSON.stringify([a.shape, b.shape, transposeA, transposeB]);
      expect(await worstDifference(f, [a, b]), what).toBeLessThan(1e-5);
    }
  });

  test('one matrix for all of a batch', async () => {
    const next = random(12);
    for (const [left, right] of [
      [
        [3, 5, 7],
        [1, 7, 9],
      ],
      [
        [1, 5, 7],
        [4, 7, 9],
      ],
      [
        [2, 3, 20, 7],
        [7, 9],
      ],
      [
        [2, 1, 4, 5],
        [1, 3, 5, 6],
      ],
    ]) {
      const inputs = [randomValues(next, left!), randomValues(next, right!)];
      expect(await worstDifference((a, b) => tf.matMul(a!, b!), inputs)).toBeLessThan(1e-5);
    }
  });

  test.each(['linear', 'relu', 'sigmoid', 'elu'] as const)('fused with a bias and %s', async (activation) => {
    const next = random(13);
    for (const [m, k, n] of [
      [1, 30, 9],
      [12, 8, 16],
      [33, 17, 5],
    ] as const) {
      const inputs = [randomValues(next, [m, k]), randomValues(next, [k, n]), randomValues(next, [n])];
      const f = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) => tf.fused.matMul({ a, b, bias, activation });
      expect(await worstDifference(f as never, inputs)).toBeLessThan(1e-5);
    }
  });
});
