/** Without @senet/wasm. */
import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';
import { diagnose, openRunner, wasm } from '../index.js';

vi.mock('@senet/wasm', () => {
  throw new Error('not installed');
});

test('the backend runs with stock kernels, and says what would be faster', async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [3], units: 2 })] });
  const runner = await openRunner(model, { backend: 'wasm' });
  const detail = `TensorFlow.js ${tf.version.tfjs}, stock kernels; faster with: npm install @senet/wasm`;
  expect(runner.detail).toBe(detail);
  const [output] = await runner.run({ data: new Float32Array(3), shape: [1, 3] });
  expect([...output!.data]).toEqual([0, 0]);
  expect(await diagnose([wasm])).toMatchObject({ auto: 'wasm', backends: [{ available: true, detail }] });
  runner.dispose();
  model.dispose();
});
