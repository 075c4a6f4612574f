import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { strassenPays } from '../matmul/strassen.js';
import type { ResolvedOptions } from '../options.js';
import { random, randomValues, resultsOn, withGradients, worstDifference, worstOf } from '../testing/compare.js';
import { gatheringPays } from './windows.js';

const FAST: ResolvedOptions = { simd: 'relaxed', precision: 'fast' };

/** [batch, h, w, cin, cout, kernel, strides]: products that Strassen's algorithm takes; even and odd pixels, whole and cut. */
const LARGE = [
  [1, 10, 10, 64, 64, 1, 1],
  [3, 5, 5, 72, 80, 1, 1],
  [1, 7, 7, 128, 96, 1, 1],
  [1, 23, 21, 64, 112, 1, 1],
  [2, 14, 14, 64, 128, 1, 2],
  [1, 15, 13, 64, 64, 3, 2],
  [1, 16, 16, 24, 64, 5, 2],
] as const;

afterAll(uninstall);

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
  });

  test.each([
    ['fast', 5e-6],
    ['exact', 2e-6],
  ] as const)('large products and their gradients, precision %s', async (precision, bound) => {
    await install(tf, { simd, precision });
    const next = random(31);
    for (const [n, h, w, cin, cout, kernel, strides] of LARGE) {
      const inputs = [randomValues(next, [n, h, w, cin]), randomValues(next, [kernel, kernel, cin, cout])];
      const f = withGradients((x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, 'same'));
      expect(await worstDifference(f, inputs), `${[n, h, w, cin, cout, kernel, strides]}`).toBeLessThan(bound);
    }
  });

  test.each(['linear', 'relu', 'relu6', 'sigmoid'] as const)('with a bias and %s', async (activation) => {
    await install(tf, { simd });
    const next = random(32);
    for (const [n, h, w, cin, cout, kernel, strides] of LARGE) {
      const shapes = [[n, h, w, cin], [kernel, kernel, cin, cout], [cout]];
      const inputs = shapes.map((shape) => randomValues(next, shape));
      const f = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
        tf.fused.conv2d({
          ...{ x: x.mul<tf.Tensor4D>(0.1), filter: filter as tf.Tensor4D, bias, strides, pad: 'same', activation },
        });
      expect(await worstDifference(f as never, inputs)).toBeLessThan(5e-6);
    }
  });

  test('an image gives the same bits whatever lies beside it', async () => {
    await install(tf, { simd });
    const next = random(33);
    for (const [, h, w, cin, cout, kernel, strides] of LARGE) {
      const filter = randomValues(next, [kernel, kernel, cin, cout]);
      const image = randomValues(next, [1, h, w, cin]);
      const loud = randomValues(next, [1, h, w, cin]).data.map((value) => 1e6 * value);
      const batch = { shape: [2, h, w, cin], data: Float32Array.from([...image.data, ...loud]) };
      const f = (x: tf.Tensor, weights: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, weights as tf.Tensor4D, strides, 'same');
      const [alone] = await resultsOn('wasm', f as never, [image, filter]);
      const [together] = await resultsOn('wasm', f as never, [batch, filter]);
      expect(Buffer.from(together!.slice(0, alone!.length).buffer)).toEqual(Buffer.from(alone!.slice().buffer));
    }
  });

  test('weights that are assigned are read anew', async () => {
    await install(tf, { simd });
    const next = random(34);
    const x = randomValues(next, [1, 10, 10, 64]);
    const [first, second] = [0, 1].map(() => randomValues(next, [1, 1, 64, 64]));
    const outputs = (weights: tf.Tensor, later: tf.Tensor, input: tf.Tensor) => {
      const variable = tf.variable(weights);
      const before = tf.conv2d(input as tf.Tensor4D, variable as never, 1, 'same');
      variable.assign(later as never);
      const after = tf.conv2d(input as tf.Tensor4D, variable as never, 1, 'same');
      variable.dispose();
      return [before, after];
    };
    const inputs = [first!, second!, x];
    const expected = await resultsOn('cpu', outputs as never, inputs);
    expect(worstOf(await resultsOn('wasm', outputs as never, inputs), expected)).toBeLessThan(5e-6);
  });
});

test('which products and windows are taken', () => {
  for (const [, h, w, cin, cout, kernel, strides] of LARGE) {
    const m = Math.ceil(h / strides) * Math.ceil(w / strides);
    expect(strassenPays({ m, k: kernel * kernel * cin, n: cout }, FAST)).toBe(true);
  }
  expect(strassenPays({ m: 100, k: 64, n: 64 }, { ...FAST, precision: 'exact' })).toBe(false);
  expect(strassenPays({ m: 100, k: 68, n: 64 }, FAST)).toBe(false); // halves of k in whole vectors
  expect(strassenPays({ m: 100, k: 64, n: 72 }, FAST)).toBe(false); // halves of n in whole panels
  expect(strassenPays({ m: 49, k: 2048, n: 512 }, FAST)).toBe(false); // weights that are read for few pixels

  const windows = (columns: number, runs: number, length: number) => ({
    ...{ rows: columns, columns, runs: { offsets: Array.from({ length: runs }, (_, i) => i), length } },
  });
  expect(gatheringPays(windows(7, 1, 1024), { k: 1024, n: 2048 }, FAST, 6)).toBe(true); // 8 of 7 rows' time
  expect(gatheringPays(windows(12, 3, 66), { k: 198, n: 64 }, FAST, 6)).toBe(false); // whole tiles, and no Strassen
  expect(gatheringPays(windows(32, 3, 9), { k: 27, n: 16 }, FAST, 6)).toBe(false); // gathering costs more than it gives
});
