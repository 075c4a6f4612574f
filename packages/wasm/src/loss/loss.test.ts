import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { random, randomValues, withGradients, worstDifference } from '../testing/compare.js';

afterAll(uninstall);

/** The kernel on wasm, tfjs' own op elsewhere: a loss for each row. */
function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  if (tf.getBackend() !== 'wasm') return tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), -1));
  return (tf.engine().runKernel('SenetSoftmaxCrossEntropy', { logits, labels }) as unknown as tf.Tensor[])[0]!;
}

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect((await install(tf, { simd })).kernels).toContain('SenetSoftmaxCrossEntropy');
  });

  test.each([
    [7, 1],
    [5, 3],
    [6, 4],
    [9, 10],
    [3, 1001],
    [2, 3, 5],
  ])('softmax and its losses over %i × %i', async (...shape) => {
    const next = random(1);
    const inputs = [randomValues(next, shape), randomValues(next, shape)];
    const wide = (x: tf.Tensor) => x.mul(20);
    expect(
      await worstDifference(
        withGradients((x) => tf.softmax(x.mul(3))),
        [inputs[0]!],
      ),
    ).toBeLessThan(1e-5);
    expect(
      await worstDifference(
        withGradients((x) => tf.logSoftmax(wide(x))),
        [inputs[0]!],
      ),
    ).toBeLessThan(1e-5);
    const f = withGradients((x, labels) => crossEntropy(wide(x), labels.abs()));
    expect(await worstDifference(f, inputs)).toBeLessThan(1e-5);
  });

  test('exponentials are those of the mathematics library, infinities and not-a-number too', async () => {
    await tf.setBackend('wasm');
    const next = random(2);
    const x = Float32Array.from({ length: 4001 }, () => 95 * next());
    x.set([0, -0, 88.7, 88.73, -87.3, -103, -104, 1e30, -1e30, Number.NaN, Number.POSITIVE_INFINITY]);
    x[11] = Number.NEGATIVE_INFINITY;
    const y = tf.tidy(() => tf.exp(tf.tensor1d(x)).dataSync<'float32'>());
    for (const [i, value] of x.entries()) {
      const expected = Math.fround(Math.exp(value));
      if (Number.isNaN(expected) || !Number.isFinite(expected)) expect(y[i]).toBe(expected);
      else expect(Math.abs(y[i]! - expected)).toBeLessThanOrEqual(3e-7 * expected + 3e-45);
    }
  });

  test('far apart logits give no infinity', async () => {
    await tf.setBackend('wasm');
    const loss = tf.tidy(() => {
      const logits = tf.tensor2d([1e4, -1e4, 0, Number.NEGATIVE_INFINITY, 0, 0], [2, 3]);
      return crossEntropy(logits, tf.tensor2d([0, 1, 0, 0, 1, 0], [2, 3])).dataSync();
    });
    expect([...loss]).toEqual([2e4, expect.closeTo(Math.log(2), 6)]);
  });
});
