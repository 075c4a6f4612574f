import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues } from '../testing/compare.js';

afterAll(uninstall);

type Options = Parameters<typeof tf.layers.batchNormalization>[0];

/** Weights after three steps of training, and the losses. */
async function train(backend: string, inputShape: number[], options: Options): Promise<Float32Array> {
  await tf.setBackend(backend);
  const next = random(7);
  const channels = inputShape[inputShape.length - 1]!;
  const before = tf.memory().numTensors;
  const model = tf.sequential();
  model.add(tf.layers.batchNormalization({ inputShape, momentum: 0.9, ...options }));
  if (inputShape.length > 1) model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 1, kernelInitializer: 'ones' }));
  const optimizer = tf.train.sgd(0.001);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const { data } = randomValues(next, [6, ...inputShape]);
  const x = tf.tensor(
    data.map((value, i) => value + (i % channels)),
    [6, ...inputShape],
  );
  const y = tf.tensor(randomValues(next, [6, 1]).data, [6, 1]);
  const results: number[] = [];
  for (let step = 0; step < 3; step++) results.push((await model.trainOnBatch(x, y)) as number);
  const held = tf.memory().numTensors;
  await model.trainOnBatch(x, y);
  expect(tf.memory().numTensors).toBe(held);
  for (const weight of model.getWeights()) results.push(...weight.dataSync());
  const evaluated = model.predict(x) as tf.Tensor;
  results.push(...evaluated.dataSync());
  tf.dispose([x, y, evaluated]);
  model.dispose();
  optimizer.dispose();
  expect(tf.memory().numTensors - before).toBeLessThanOrEqual(1); // sgd's learning rate, kept by tfjs
  return Float32Array.from(results);
}

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect(await install(tf, { simd })).toMatchObject({ simd });
  });

  test.each<[string, number[], Options]>([
    ['maps', [5, 4, 3], {}],
    ['maps of many channels', [2, 2, 20], {}],
    ['vectors', [7], {}],
    ['sequences', [5, 6], { momentum: 0.5, epsilon: 0.1 }],
  ])('a layer trains on %s as on the cpu backend', async (_, shape, options) => {
    const expected = await train('cpu', shape, options);
    expect(difference(await train('wasm', shape, options), expected)).toBeLessThan(1e-5);
  });

  test.each<[Options, string]>([
    [{ scale: false }, 'gamma'],
    [{ center: false }, 'beta'],
    [{ scale: false, center: false }, 'both'],
  ])('%j trains as a layer does whose %s stays', async (options) => {
    const [without, frozen] = [await firstLoss(options), await firstLoss({})];
    expect(without).toBeCloseTo(frozen, 6);
    expect((await train('wasm', [4, 4, 6], options)).every(Number.isFinite)).toBe(true);
  });
});

async function firstLoss(options: Options): Promise<number> {
  return (await train('wasm', [4, 4, 6], options))[0]!;
}
