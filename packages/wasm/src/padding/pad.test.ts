import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { between, random, randomValues, withGradients, worstDifference } from '../testing/compare.js';

describe.each(['plain', 'relaxed'] as const)('padding, %s', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    await install(tf, { simd });
  });
  afterAll(uninstall);

  test('40 maps padded down and across, and their gradients, are those of the cpu backend', async () => {
    const next = random(11);
    for (let i = 0; i < 40; i++) {
      const x = randomValues(
        next,
        Array.from({ length: 4 }, () => between(next, 1, 7)),
      );
      const [above, below, left, right] = Array.from({ length: 4 }, () => between(next, 0, 3)) as [0, 0, 0, 0];
      const pad = (x: tf.Tensor) =>
        tf.pad(x, [
          [0, 0],
          [above, below],
          [left, right],
          [0, 0],
        ]);
      expect(await worstDifference(withGradients(pad), [x])).toBe(0);
    }
  });

  test.each([
    [
      'other values than zero',
      [2, 3, 4, 5],
      [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ],
      0.5,
    ],
    [
      'channels',
      [2, 3, 4, 5],
      [
        [0, 0],
        [1, 2],
        [0, 1],
        [2, 0],
      ],
      0,
    ],
    [
      'a batch',
      [2, 3, 4, 5],
      [
        [1, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ],
      0,
    ],
    [
      'three dimensions',
      [3, 4, 5],
      [
        [1, 2],
        [0, 1],
        [0, 0],
      ],
      0,
    ],
  ] as [string, number[], [number, number][], number][])('%s go to tfjs', async (_, shape, paddings, value) => {
    const x = randomValues(random(3), shape);
    expect(await worstDifference((x) => tf.pad(x, paddings, value), [x])).toBe(0);
  });

  test('integers go to tfjs', () => {
    const y = tf.tidy(() =>
      tf
        .pad(tf.ones([1, 2, 1, 1], 'int32'), [
          [0, 0],
          [1, 0],
          [0, 0],
          [0, 0],
        ])
        .arraySync(),
    );
    expect(y).toEqual([[[[0]], [[1]], [[1]]]]);
  });
});
