import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import {
  difference,
  random,
  randomValues,
  resultsOn,
  type Values,
  withGradients,
  worstDifference,
} from '../testing/compare.js';

afterAll(uninstall);

type Activation = (x: tf.Tensor) => tf.Tensor;

const onWasm =
  (kernel: string, attributes: object, elsewhere: Activation): Activation =>
  (x) =>
    tf.getBackend() === 'wasm'
      ? (tf.engine().runKernel(kernel, { x }, attributes as never) as tf.Tensor)
      : elsewhere(x);

const layer =
  (activation: string): Activation =>
  (x) =>
    tf.layers.activation({ activation: activation as 'relu' }).apply(x) as tf.Tensor;

const ACTIVATIONS: Record<string, Activation> = {
  relu: tf.relu,
  relu6: tf.relu6,
  sigmoid: tf.sigmoid,
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  'layer swish': layer('swish'),
  'layer hardSigmoid': layer('hardSigmoid'),
  'layer relu6': layer('relu6'),
  SenetSwish: onWasm('SenetSwish', {}, (x) => x.mul(tf.sigmoid(x))),
  SenetHardSwish: onWasm('SenetHardSwish', {}, (x) => x.mul(tf.relu6(x.add(3)).div(6))),
  SenetHardSigmoid: onWasm('SenetHardSigmoid', { slope: 1 / 6, offset: 0.5 }, (x) => tf.relu6(x.add(3)).div(6)),
};

/** Over the bends of all of them, and not on one: there gradients are a matter of taste. */
const spread = ({ shape, data }: Values): Values => ({ shape, data: data.map((value) => 8 * value + 1e-3) });

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect(await install(tf, { simd })).toMatchObject({ simd });
  });

  test.each(Object.entries(ACTIVATIONS))('%s and its gradient', async (_, f) => {
    for (const shape of [[1], [3], [4], [2, 3, 5, 7], [1, 13, 17, 24]]) {
      const x = spread(randomValues(random(1), shape));
      expect(await worstDifference(withGradients(f), [x]), `${shape}`).toBeLessThan(1e-5);
    }
  });

  test('swish stays close far from zero', async () => {
    const x = { shape: [2001], data: Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 10) };
    const f = ACTIVATIONS.SenetSwish!;
    const [actual] = await resultsOn('wasm', f, [x]);
    for (const [i, value] of x.data.entries()) {
      const exact = value / (1 + Math.exp(-value));
      expect(Math.abs(actual![i]! - exact)).toBeLessThanOrEqual(1e-6 * Math.abs(exact) + 1e-35);
    }
  });

  test.each(Object.entries(ACTIVATIONS))('%s keeps not-a-number, and bends infinity as tfjs does', async (name, f) => {
    const x = {
      shape: [4],
      data: Float32Array.from([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]),
    };
    const [actual] = await resultsOn('wasm', f, [x]);
    const [expected] = await resultsOn('cpu', f, [x]);
    const stock = name === 'relu6' || name === 'layer relu6'; // tfjs' own on wasm gives 0
    expect(
      Array.from(actual!)
        .slice(stock ? 1 : 0)
        .map(unsigned),
    ).toEqual(
      Array.from(expected!)
        .slice(stock ? 1 : 0)
        .map(unsigned),
    );
  });

  test.each(['relu', 'relu6', 'sigmoid', 'leakyRelu'])(
    'the gradient of %s of not-a-number and infinity',
    async (name) => {
      const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
      const x = { shape: [5], data: Float32Array.from([nan, infinity, -infinity, 1, -1]) };
      const dy = { shape: [5], data: Float32Array.from([1, 1, 1, nan, infinity]) };
      const gradient = (t: tf.Tensor, d: tf.Tensor) => tf.grad(ACTIVATIONS[name]!)(t, d);
      const [actual] = await resultsOn('wasm', gradient as never, [x, dy]);
      const [expected] = await resultsOn('cpu', gradient as never, [x, dy]);
      expect(Array.from(actual!)).toEqual(Array.from(expected!));
    },
  );

  test.each(['relu', 'sigmoid', 'layer swish'])('gradients of the gradient of %s', async (name) => {
    const x = spread(randomValues(random(2), [3, 7]));
    const second = (t: tf.Tensor) =>
      tf.grad((u) =>
        tf
          .grad((v) => ACTIVATIONS[name]!(v).square().sum())(u)
          .square()
          .sum(),
      )(t);
    const [expected] = await resultsOn('cpu', second, [x]);
    expect(difference((await resultsOn('wasm', second, [x]))[0]!, expected!)).toBeLessThan(1e-5);
  });
});

const unsigned = (value: number) => value + 0;

describe('clones and casts', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    await install(tf);
  });

  test('a clone outlives its source, and the other way round', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const before = tf.memory().numDataBuffers;
    const [clone, cast] = [x.clone(), x.cast('float32')];
    expect(tf.memory().numDataBuffers).toBe(before);
    x.dispose();
    expect(clone.arraySync()).toEqual([1, 2, 3]);
    clone.dispose();
    expect(cast.arraySync()).toEqual([1, 2, 3]);
    cast.dispose();
    expect(tf.memory().numDataBuffers).toBe(before - 1);
  });

  test('a cast to another type converts', () => {
    const x = tf.tensor1d([1.5, -2.5, 0]);
    expect(x.cast('int32').arraySync()).toEqual([1, -2, 0]);
    expect(x.cast('bool').dtype).toBe('bool');
    expect(tf.tensor1d(['a']).clone().arraySync()).toEqual(['a']);
  });

  test('a variable made from a tensor does not change with it', () => {
    const x = tf.tensor1d([1, 2]);
    const variable = tf.variable(x);
    variable.assign(x.add(1));
    expect(x.arraySync()).toEqual([1, 2]);
    expect(variable.arraySync()).toEqual([2, 3]);
    variable.dispose();
  });
});
