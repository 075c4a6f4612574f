/** Models of tf.layers that know nothing of this project train on wasm as they do on the cpu backend. */
import '../../packages/wasm/src/testing/relaxed.js';
import { install, uninstall } from '@senet/wasm';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { mnistConvnet, mobileNetV1 } from './stock-networks.js';
import { type Trained, train } from './training.js';

const STEPS = 20;

afterEach(uninstall);

describe.each([mnistConvnet, mobileNetV1])('$name', (task) => {
  let expected: Trained;

  beforeAll(async () => {
    expected = await train('cpu', task, STEPS);
    const { losses } = expected;
    expect(losses.length).toBe(STEPS);
    expect(Math.max(...losses.slice(-5))).toBeLessThan(0.8 * losses[0]!);
  });

  test.each(['relaxed', 'plain', 'none'] as const)(`${STEPS} steps, SIMD: %s`, async (simd) => {
    await tf.setBackend('wasm');
    expect((await install(tf, { simd })).simd).toBe(simd);
    const actual = await train('wasm', task, STEPS);
    const differences = actual.losses.map((loss, step) => Math.abs(loss - expected.losses[step]!));
    expect(Math.max(...differences)).toBeLessThan(1e-3);
    expect(actual.left).toBe(expected.left);
  });

  test('the cpu backend trains with the same losses while it is installed', async () => {
    await tf.setBackend('wasm');
    await install(tf);
    expect((await train('cpu', task, 5)).losses).toEqual(expected.losses.slice(0, 5));
  });

  test('without it wasm does not train (tensorflow/tfjs#8474)', async () => {
    await expect(train('wasm', task, 1)).rejects.toThrow(/Backprop/);
  });
});
