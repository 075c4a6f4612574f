import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { onBackends } from '../../../../test/support/run.js';
import { GraphBuilder } from '../graph/builder.js';
import { compile } from './compile.js';

onBackends('batch normalization', () => {
  test.each([
    [true, true],
    [false, true],
    [true, false],
  ])('trains with scale %s and center %s', async (scale, center) => {
    const g = new GraphBuilder();
    const x = g.input([6]);
    const graph = g.finish([g.batchNormalization(x, { scale, center, momentum: 0.5, name: 'bn' })]);
    const model = compile(graph);
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    const input = tf.tensor2d([0, 2, 4, 6].map((row) => [0, 1, 2, 3, 4, 5].map((column) => row + column)));
    const before = tf.memory().numTensors;
    await model.trainOnBatch(input, tf.zerosLike(input));
    expect(model.countParams()).toBe(6 * (2 + Number(scale) + Number(center)));
    const mean = model.getLayer('bn').getWeights().at(-2)!;
    expect([...mean.dataSync()]).toEqual([0, 1, 2, 3, 4, 5].map((column) => expect.closeTo((3 + column) / 2, 5)));
    expect(tf.memory().numTensors - before).toBeLessThan(8); // the optimizer's own
    model.dispose();
    input.dispose();
  });
});
