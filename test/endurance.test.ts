/** A thousand predicts on each backend that is here: tensors stay as many as they are, memory within 5 %. */
import { BACKENDS, openRunner } from '@senet/run';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { collectGarbage } from './support/garbage.js';
import { assembler } from './support/models.js';

const PREDICTS = 1000;
const net = assembler.assemble({
  backbone: { type: 'resnet18', widths: [8, 16, 24, 32] },
  attach: [{ type: 'se' }],
  input: { shape: [32, 32, 3] },
});
const available = await Promise.all(
  BACKENDS.map(async (backend) => ((await backend.check()).available ? [backend.name] : [])),
);

describe.each(available.flat())('%s', (backend) => {
  test(`${PREDICTS} predicts leave nothing behind`, async () => {
    const runner = await openRunner(net, { backend, optimize: true });
    const input = { data: Float32Array.from({ length: 32 * 32 * 3 }, (_, i) => Math.cos(i)), shape: [1, 32, 32, 3] };
    const predict = async (times: number) => {
      for (let i = 1; i <= times; i++) {
        await runner.run(input);
        if (i % 50 === 0) collectGarbage();
      }
    };
    await predict(PREDICTS / 2); // V8 still compiles before
    const [tensors, memory] = [tf.memory().numTensors, process.memoryUsage().rss];
    await predict(PREDICTS);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(process.memoryUsage().rss / memory).toBeLessThan(1.05);
    runner.dispose();
  });
});
