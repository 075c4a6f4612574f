import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues, type Values, withGradients, worstDifference } from '../testing/compare.js';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await install(tf, { simd: 'none' });
});
afterAll(uninstall);

const next = random(1);
const SHAPES = ['4 7 5 3', '1 8 8 16', '3 1 6 4', '2 9 1 8', '5 6 4', '7 5'];

describe.each(SHAPES)('[%s]', (text) => {
  const shape = text.split(' ').map(Number);
  const x = randomValues(next, shape);
  const [gamma, beta, mean] = [1, 2, 3].map(() => randomValues(next, [shape.at(-1)!])) as [Values, Values, Values];
  const variance = { ...mean, data: mean.data.map((value) => value * value + 0.5) };

  test('inference is differentiable as on the cpu backend', async () => {
    const f = withGradients((images, ...statistics) => {
      const [m, v, offset, scale] = statistics as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
      return tf.batchNorm(images as tf.Tensor4D, m, v, offset, scale);
    });
    expect(await worstDifference(f, [x, mean, variance, beta, gamma])).toBeLessThanOrEqual(1e-5);
  });

  test('training is differentiable, and moves the averages, as on the cpu backend', async () => {
    const expected = await trained('cpu', x, { scale: gamma, center: beta });
    const actual = await trained('wasm', x, { scale: gamma, center: beta });
    expect(expected.length).toBe(6);
    expect(actual.map((values, i) => difference(values, expected[i]!) <= 1e-5)).toEqual(expected.map(() => true));
  });

  test('training without scale or center is training with ones or zeros', async () => {
    const plain = {
      scale: { ...gamma, data: gamma.data.map(() => 1) },
      center: { ...beta, data: beta.data.map(() => 0) },
    };
    const [y, dx, , , ...averages] = await trained('cpu', x, plain);
    const actual = await trained('wasm', x, {});
    expect(actual.map((values, i) => difference(values, [y, dx, ...averages][i]!) <= 1e-5)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});

/** Output of a training step of the layer, gradients of input and weights, and the moving averages after the step. */
async function trained(backend: string, { data, shape }: Values, weights: { scale?: Values; center?: Values }) {
  await tf.setBackend(backend);
  const [scale, center] = [weights.scale !== undefined, weights.center !== undefined];
  const layer = tf.layers.batchNormalization({ scale, center, momentum: 0.7, axis: -1 });
  layer.build(shape);
  const values = tf.tidy(() => {
    const x = tf.tensor(data, shape);
    const given = [weights.scale, weights.center].flatMap((each) => (each ? [tf.tensor1d(each.data)] : []));
    layer.setWeights([...given, ...layer.getWeights().slice(given.length)]);
    const factors = tf.tensor(randomValues(random(x.size), shape).data, shape);
    const loss = (images: tf.Tensor) =>
      (layer.apply(images, { training: true }) as tf.Tensor).mul(factors).sum() as tf.Scalar;
    const y = layer.apply(x, { training: true }) as tf.Tensor;
    const averages = layer
      .getWeights()
      .slice(-2)
      .map((average) => average.clone());
    const dx = tf.grad(loss)(x);
    const gradients = given.length > 0 ? tf.variableGrads(() => loss(x)).grads : {};
    return [y, dx, ...layer.trainableWeights.map(({ name }) => gradients[name]!), ...averages].map((tensor) =>
      tensor.dataSync(),
    );
  });
  tf.dispose(layer.getWeights());
  return values;
}
