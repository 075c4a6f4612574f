import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues, resultsOn, withGradients, worstDifference } from '../testing/compare.js';

afterAll(uninstall);

const MAPS = [
  [1, 1, 2, 4],
  [2, 3, 5, 1],
  [1, 7, 7, 3],
  [3, 5, 4, 6],
  [2, 14, 14, 32],
  [1, 40, 40, 17],
  [2, 3, 3, 1030],
];

const gateOf = ([n, , , c]: number[]) => [n!, 1, 1, c!];

const gateAddRelu = (x: tf.Tensor, gate: tf.Tensor, shortcut: tf.Tensor) =>
  tf.getBackend() === 'wasm'
    ? (tf.engine().runKernel('SenetGateAddRelu', { x, gate, shortcut }) as tf.Tensor)
    : tf.relu(x.mul(gate).add(shortcut));

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect(await install(tf, { simd })).toMatchObject({ simd });
  });

  test.each(MAPS)('a gate of channels, of [%i, %i, %i, %i]', async (...shape) => {
    const next = random(1);
    const map = randomValues(next, shape);
    for (const gate of [gateOf(shape), [1, 1, 1, shape[3]!], [shape[3]!]]) {
      const values = randomValues(next, gate);
      expect(
        await worstDifference(
          withGradients((x, g) => tf.mul(x, g)),
          [map, values],
        ),
      ).toBeLessThan(1e-5);
      expect(
        await worstDifference(
          withGradients((g, x) => tf.mul(x, g)),
          [values, map],
        ),
      ).toBeLessThan(1e-5);
      expect(
        await worstDifference(
          withGradients((g, x) => tf.mul(g, x)),
          [values, map],
        ),
      ).toBeLessThan(1e-5);
    }
  });

  test.each([
    [
      [2, 5, 5, 8],
      [2, 5, 5, 1],
    ],
    [
      [2, 5, 5, 8],
      [2, 1, 5, 1],
    ],
    [
      [2, 5, 1, 8],
      [2, 1, 4, 1],
    ],
    [
      [2, 5, 5, 8],
      [2, 5, 5, 8],
    ],
    [[2, 5, 5, 8], [1]],
    [[2, 5, 5, 8], []],
    [
      [2, 3, 8],
      [3, 8],
    ],
  ])('other products: %j by %j', async (a, b) => {
    const next = random(2);
    const inputs = [randomValues(next, a), randomValues(next, b)];
    expect(
      await worstDifference(
        withGradients((x, y) => tf.mul(x, y)),
        inputs,
      ),
    ).toBeLessThan(1e-5);
  });

  test.each(MAPS)('gate, shortcut and ReLU of [%i, %i, %i, %i]', async (...shape) => {
    const next = random(3);
    const inputs = [randomValues(next, shape), randomValues(next, gateOf(shape)), randomValues(next, shape)];
    expect(await worstDifference(withGradients(gateAddRelu), inputs)).toBeLessThan(1e-5);
  });

  test.each<[number[], number | number[] | undefined]>([
    [
      [3, 7, 5, 6],
      [1, 2],
    ],
    [
      [3, 7, 5, 6],
      [2, 1],
    ],
    [
      [3, 7, 5, 6],
      [0, 1, 2],
    ],
    [
      [3, 7, 5, 6],
      [0, 2],
    ],
    [[3, 7, 5, 6], [-1]],
    [[3, 7, 5, 6], [-2]],
    [
      [3, 7, 5, 3],
      [1, 2],
    ],
    [[3, 7, 5, 6], undefined],
    [[1000, 5], 0],
    [
      [1, 64, 64, 33],
      [1, 2],
    ],
    [[4, 3, 1026], 1],
  ])('sums and means of %j over %j', async (shape, axis) => {
    const inputs = [randomValues(random(4), shape)];
    for (const keepDims of [false, true]) {
      for (const f of [tf.sum, tf.mean]) {
        const reduce = withGradients((x) => f(x, axis, keepDims));
        expect(await worstDifference(reduce, inputs)).toBeLessThan(1e-5);
      }
    }
  });

  test('a bias and its gradient', async () => {
    const next = random(5);
    const inputs = [randomValues(next, [3, 9, 9, 7]), randomValues(next, [7])];
    expect(
      await worstDifference(
        withGradients((x, b) => tf.add(x, b)),
        inputs,
      ),
    ).toBeLessThan(1e-5);
  });

  test('sums of integers', () => {
    const x = tf.ones([3, 4, 5], 'int32');
    expect(x.sum(0).dtype).toBe('int32');
    expect(x.sum([0, 1]).arraySync()).toEqual([12, 12, 12, 12, 12]);
    expect(x.mean(0).dtype).toBe('float32');
  });

  test('a sum of many numbers is exact to a float', () => {
    const x = tf.fill([1 << 20, 4], 0.1);
    const exact = (1 << 20) * Math.fround(0.1);
    for (const value of x.sum(0).dataSync()) expect(Math.abs(value / exact - 1)).toBeLessThan(1e-6);
  });

  test('gradients of gradients', async () => {
    const next = random(6);
    const inputs = [randomValues(next, [2, 3, 3, 5]), randomValues(next, [2, 1, 1, 5])];
    const second = (x: tf.Tensor, gate: tf.Tensor) => {
      const loss = (t: tf.Tensor) => t.mul(gate).square().mean([1, 2]).square().sum();
      return tf.grad((t) =>
        tf
          .grad(loss as never)(t)
          .square()
          .sum(),
      )(x);
    };
    const [expected] = await resultsOn('cpu', second as never, inputs);
    expect(difference((await resultsOn('wasm', second as never, inputs))[0]!, expected!)).toBeLessThan(1e-5);
  });

  test('not-a-number and infinity pass as tfjs passes them', async () => {
    const [nan, infinity] = [Number.NaN, Number.POSITIVE_INFINITY];
    const x = { shape: [1, 2, 1, 4], data: Float32Array.from([nan, infinity, 1, -infinity, 1, 1, infinity, 1]) };
    const gate = { shape: [1, 1, 1, 4], data: Float32Array.from([1, 2, 0, 1]) };
    for (const f of [tf.mul, (a: tf.Tensor, g: tf.Tensor) => gateAddRelu(a, g, a)]) {
      const [actual] = await resultsOn('wasm', f as never, [x, gate]);
      expect(Array.from(actual!)).toEqual(Array.from((await resultsOn('cpu', f as never, [x, gate]))[0]!));
    }
  });
});
