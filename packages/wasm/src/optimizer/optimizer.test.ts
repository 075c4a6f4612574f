import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues, type Values } from '../testing/compare.js';

afterAll(uninstall);

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  nesterov: () => tf.train.momentum(0.1, 0.9, true),
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01, 0.9, 0.99, 1e-7, 0.1),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-6),
  'centered rmsprop': () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-12, true),
};

const SHAPES = [[1], [3], [4], [5], [17, 3], [3, 3, 8, 8]];

/** Values and states after five steps; the gradients are given, so that nothing but the updates counts. */
async function trained(backend: string, make: () => tf.Optimizer, values: Values[], gradients: Values[][]) {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const optimizer = make();
  const variables = values.map(({ data, shape }) => tf.variable(tf.tensor(data.slice(), shape)));
  for (const step of gradients) {
    const named = step.map(({ data, shape }, i) => ({ name: variables[i]!.name, tensor: tf.tensor(data, shape) }));
    optimizer.applyGradients(named);
    tf.dispose(named.map(({ tensor }) => tensor));
  }
  const states = optimizer instanceof tf.AdamaxOptimizer ? [] : await optimizer.getWeights(); // tfjs saves none of Adamax
  const results = [...variables, ...states.map(({ tensor }) => tensor)].map((tensor) => tensor.dataSync().slice());
  const names = states.map(({ name }) => name.replace(/^.*\//, ''));
  tf.dispose([variables, states.map(({ tensor }) => tensor)]);
  optimizer.dispose();
  return { results, names, left: tf.memory().numTensors - before };
}

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect((await install(tf, { simd })).methods).toContain('AdamOptimizer.applyGradients');
  });

  test.each(Object.entries(OPTIMIZERS))('%s: weights and states are those of tfjs', async (_name, make) => {
    const next = random(1);
    const values = SHAPES.map((shape) => randomValues(next, shape));
    const gradients = Array.from({ length: 5 }, () => SHAPES.map((shape) => randomValues(next, shape)));
    const expected = await trained('cpu', make, values, gradients);
    const actual = await trained('wasm', make, values, gradients);
    expect(actual.names).toEqual(expected.names);
    expect(actual.left).toBe(expected.left);
    for (const [i, result] of expected.results.entries()) {
      expect(difference(actual.results[i]!, result)).toBeLessThan(1e-6);
    }
  });

  test('a variable without a gradient keeps its value and still gets its state', async () => {
    await tf.setBackend('wasm');
    const variables = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3, 4]))];
    const optimizer = tf.train.momentum(0.5, 0.9);
    const gradient = tf.tensor1d([1, 1]);
    const named = [{ name: variables[0]!.name, tensor: null as unknown as tf.Tensor }];
    named.push({ name: variables[1]!.name, tensor: gradient });
    optimizer.applyGradients(named);
    expect(variables.map((variable) => [...variable.dataSync()])).toEqual([
      [1, 2],
      [2.5, 3.5],
    ]);
    expect(await optimizer.getWeights()).toHaveLength(3);
    optimizer.dispose();
    tf.dispose([variables, gradient]);
  });

  test('no state changes in place: what was read before a step stays', async () => {
    await tf.setBackend('wasm');
    const variable = tf.variable(tf.tensor1d([1, 2, 3, 4, 5]));
    const before = variable.clone();
    const optimizer = tf.train.adam(0.1);
    optimizer.minimize(() => variable.square().sum());
    expect([...before.dataSync()]).toEqual([1, 2, 3, 4, 5]);
    expect(variable.dataSync()[0]).toBeCloseTo(0.9, 5);
    optimizer.dispose();
    tf.dispose([variable, before]);
  });
});

describe('SenetAdamW', () => {
  test.each(['none', 'plain', 'relaxed'] as const)('is AdamW, %s SIMD', async (simd) => {
    await tf.setBackend('wasm');
    await install(tf, { simd });
    const next = random(2);
    const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 };
    const size = 7;
    const expected = { w: randomValues(next, [size]).data, m: new Float32Array(size), v: new Float32Array(size) };
    let state = [expected.w.slice(), expected.m, expected.v].map((data) => tf.tensor1d(data));
    for (let step = 1; step <= 4; step++) {
      const gradient = randomValues(next, [size]).data;
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        expected.m[i] = 0.9 * expected.m[i]! + 0.1 * g;
        expected.v[i] = 0.999 * expected.v[i]! + 0.001 * g * g;
        const root = Math.sqrt(expected.v[i]! / (1 - 0.999 ** step)) + 1e-8;
        expected.w[i] = expected.w[i]! * (1 - 0.01 * 0.1) - (0.01 * expected.m[i]!) / (1 - 0.9 ** step) / root;
      }
      const [value, first, second] = state as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
      const tensors = { value, gradient: tf.tensor1d(gradient), first, second };
      const updated = tf.engine().runKernel('SenetAdamW', tensors, { ...options, step }) as unknown as tf.Tensor1D[];
      tf.dispose(tensors);
      state = updated;
    }
    const results = state.map((tensor) => tensor.dataSync());
    expect(difference(results[0]!, expected.w)).toBeLessThan(1e-6);
    expect(difference(results[1]!, expected.m)).toBeLessThan(1e-6);
    expect(difference(results[2]!, expected.v)).toBeLessThan(1e-6);
    tf.dispose(state);
  });
});
