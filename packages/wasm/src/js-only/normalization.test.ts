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

  const ones = {
    scale: { ...gamma, data: gamma.data.map(() => 1) },
    center: { ...beta, data: beta.data.map(() => 0) },
  };

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
    const [y, dx, , , ...averages] = await trained('cpu', x, ones);
    const actual = await trained('wasm', x, {});
    expect(actual.map((values, i) => difference(values, [y, dx, ...averages][i]!) <= 1e-5)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('gradients of its gradients are those of the cpu backend', async () => {
    const weights = { scale: gamma, center: beta };
    const expected = await secondGradient('cpu', x, weights);
    expect(difference(await secondGradient('wasm', x, weights), expected)).toBeLessThanOrEqual(1e-4);
    expect(difference(await secondGradient('wasm', x, {}), await secondGradient('cpu', x, ones))).toBeLessThan(1e-4);
  });
});

interface Weights {
  readonly scale?: Values;
  readonly center?: Values;
}

function layerOf(shape: number[], weights: Weights): tf.layers.Layer {
  const [scale, center] = [weights.scale !== undefined, weights.center !== undefined];
  const layer = tf.layers.batchNormalization({ scale, center, momentum: 0.7, axis: -1 });
  layer.build(shape);
  tf.tidy(() => {
    const given = [weights.scale, weights.center].flatMap((each) => (each ? [tf.tensor1d(each.data)] : []));
    layer.setWeights([...given, ...layer.getWeights().slice(given.length)]);
  });
  return layer;
}

/** Output of a training step of the layer, gradients of input and weights, and the moving averages after the step. */
async function trained(backend: string, { data, shape }: Values, weights: Weights) {
  await tf.setBackend(backend);
  const layer = layerOf(shape, weights);
  const values = tf.tidy(() => {
    const x = tf.tensor(data, shape);
    const factors = tf.tensor(randomValues(random(x.size), shape).data, shape);
    const loss = (images: tf.Tensor) =>
      (layer.apply(images, { training: true }) as tf.Tensor).mul(factors).sum() as tf.Scalar;
    const y = layer.apply(x, { training: true }) as tf.Tensor;
    const averages = layer
      .getWeights()
      .slice(-2)
      .map((average) => average.clone());
    const dx = tf.grad(loss)(x);
    const gradients = layer.trainableWeights.length > 0 ? tf.variableGrads(() => loss(x)).grads : {};
    return [y, dx, ...layer.trainableWeights.map(({ name }) => gradients[name]!), ...averages].map((tensor) =>
      tensor.dataSync(),
    );
  });
  tf.dispose(layer.getWeights());
  return values;
}

/** Of a training step of the layer, in x. */
async function secondGradient(backend: string, { data, shape }: Values, weights: Weights) {
  await tf.setBackend(backend);
  const layer = layerOf(shape, weights);
  const values = tf.tidy(() => {
    const along = tf.tensor(randomValues(random(2), shape).data, shape);
    const loss = (x: tf.Tensor) =>
      (layer.apply(x, { training: true }) as tf.Tensor).pow(tf.scalar(3)).sum() as tf.Scalar;
    return tf
      .grad((x) => tf.grad(loss)(x).mul(along).sum())(tf.tensor(data, shape))
      .dataSync();
  });
  tf.dispose(layer.getWeights());
  return values;
}
