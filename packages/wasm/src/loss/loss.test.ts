import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues, withGradients, worstDifference } from '../testing/compare.js';

afterAll(uninstall);

/** The kernel on wasm, tfjs' own op elsewhere: a loss for each row. */
function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  if (tf.getBackend() !== 'wasm') return tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), -1));
  return (tf.engine().runKernel('SenetSoftmaxCrossEntropy', { logits, labels }) as unknown as tf.Tensor[])[0]!;
}

describe.each(['none', 'plain', 'relaxed'] as const)('%s SIMD', (simd) => {
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

  test('labels may be whole numbers', async () => {
    const f = (x: tf.Tensor) => crossEntropy(x, tf.oneHot(tf.tensor1d([2, 0, 1], 'int32'), 4));
    expect(await worstDifference(withGradients(f), [randomValues(random(3), [3, 4])])).toBeLessThan(1e-5);
  });

  test('gradients of the gradient of softmax are those of tfjs', async () => {
    const second = withGradients((x) => tf.grad((z) => tf.softmax(z).square().sum())(x));
    expect(await worstDifference(second, [randomValues(random(4), [3, 5])])).toBeLessThan(1e-5);
  });

  test('gradients of the gradient of cross-entropy are its slopes', async () => {
    await tf.setBackend('wasm'); // tfjs' own are wrong on every backend
    const { data, shape } = randomValues(random(4), [3, 5]);
    const [x, labels] = [tf.tensor(data, shape), tf.tensor(randomValues(random(5), shape).data, shape)];
    const gradient = (logits: tf.Tensor) => tf.grad((z) => crossEntropy(z, labels).square().sum())(logits);
    const along = tf.sin(labels.mul(9));
    const slope = gradient(x.add(along.mul(0.01)))
      .sub(gradient(x.sub(along.mul(0.01))))
      .div(0.02);
    const second = tf.grad((logits) => gradient(logits).mul(along).sum())(x); // the Hessian is symmetric
    expect(difference(second.dataSync(), slope.dataSync())).toBeLessThan(1e-3);
  });

  test.each([
    'categoricalCrossentropy',
    'sparseCategoricalCrossentropy',
    'binaryCrossentropy',
    'kullbackLeiblerDivergence',
  ])('ten steps of a layers model by %s are those of the cpu backend', async (loss) => {
    const expected = await losses('cpu', loss);
    const actual = await losses('wasm', loss);
    expect(expected.at(-1)).toBeLessThan(0.7 * expected[0]!);
    expect(difference(actual, expected)).toBeLessThan(1e-5);
  });
});

/** Of a small classifier, before each of ten steps. */
async function losses(backend: string, loss: string): Promise<number[]> {
  await tf.setBackend(backend);
  const next = random(5);
  const draw = (...shape: number[]) => tf.tensor(randomValues(next, shape).data, shape);
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [6], activation: 'softmax' })] });
  model.setWeights([draw(6, 4), draw(4)]);
  model.compile({ optimizer: tf.train.sgd(1), loss });
  const [x, classes] = [draw(8, 6), tf.tensor1d([0, 1, 2, 3, 3, 2, 1, 1])];
  const y = loss.startsWith('sparse') ? classes : tf.oneHot(classes.toInt(), 4).toFloat();
  const values: number[] = [];
  for (let step = 0; step < 10; step++) values.push((await model.trainOnBatch(x, y)) as number);
  model.dispose();
  return values;
}

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    await install(tf, { simd });
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
