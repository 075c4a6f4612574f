/** A thousand steps leave nothing behind, and memory that grows between steps changes nothing. */
import '../../packages/wasm/src/testing/relaxed.js';
import { install, uninstall } from '@senet/wasm';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test } from 'vitest';
import { collectGarbage } from '../support/garbage.js';
import { type Batch, batchOf, tiny } from './tiny.js';

const STEPS = 1000;

afterEach(uninstall);

describe.each(['relaxed', 'plain', 'none'] as const)('SIMD: %s', (simd) => {
  test(`${STEPS} steps leave nothing behind`, async () => {
    await start(simd);
    const model = tiny.build();
    const batch = batchOf(tiny);
    await endure(model, batch, STEPS); // V8 still compiles after half of them
    const [tensors, memory] = [tf.memory().numTensors, process.memoryUsage().rss];
    await endure(model, batch, STEPS);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(process.memoryUsage().rss / memory).toBeLessThan(1.05);
    batch.dispose();
    model.optimizer.dispose();
    model.dispose();
  });

  test('memory may grow in the middle', async () => {
    await start(simd);
    const expected = await trajectory(() => {});
    const sizes = [memoryBytes()];
    const large: tf.Tensor[] = [];
    const actual = await trajectory((step) => {
      if (step % 4 === 2) large.push(tf.zeros([Math.ceil(sizes[0]! / 8)])); // half of it, twice
      sizes.push(memoryBytes());
    });
    expect(sizes.at(-1)).toBeGreaterThan(sizes[0]!);
    expect(actual).toEqual(expected);
    tf.dispose(large);
  });
});

async function start(simd: 'relaxed' | 'plain' | 'none'): Promise<void> {
  await tf.setBackend('wasm');
  expect((await install(tf, { simd })).simd).toBe(simd);
}

/** Steps on one batch. What JavaScript would let go of only when it needs room is collected on the way. */
async function endure(model: tf.LayersModel, { x, y }: Batch, steps: number): Promise<void> {
  for (let step = 1; step <= steps; step++) {
    await model.trainOnBatch(x, y);
    if (step % 50 === 0) collectGarbage();
  }
}

/** The losses of ten steps from the same weights, with something done before each. */
async function trajectory(before: (step: number) => void): Promise<number[]> {
  const model = tiny.build();
  const batch = batchOf(tiny);
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) {
    before(step);
    losses.push((await model.trainOnBatch(batch.x, batch.y)) as number);
  }
  batch.dispose();
  model.optimizer.dispose();
  model.dispose();
  return losses;
}

/** Bytes of tfjs' memory. */
function memoryBytes(): number {
  return (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.byteLength;
}
