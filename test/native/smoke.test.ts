import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { describeNative, loadNative, tensor } from './native.js';

describeNative('tfjs-node', () => {
  let native: typeof tf;
  beforeAll(async () => {
    native = await loadNative();
  });

  test("brings the backend to the program's own copy of TensorFlow.js", () => {
    expect(native.layers).toBe(tf.layers);
    expect(native.serialization.SerializationMap).toBe(tf.serialization.SerializationMap);
    expect(tf.getBackend()).toBe('tensorflow');
    expect(native.version['tfjs-core']).toBe(tf.version['tfjs-core']);
  });

  test('computes, also where Node has dropped what it called', () => {
    expect(tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).arraySync()).toEqual([[19, 22], [43, 50]]); // biome-ignore format: matrices
    expect(tf.topk([3, 1, 2], 2).indices.arraySync()).toEqual([0, 2]);
  });

  test('trains, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, padding: 'same', useBias: false }),
        tf.layers.batchNormalization(),
        tf.layers.globalAveragePooling2d({}),
        tf.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    const optimizer = tf.train.sgd(0.5);
    model.compile({ optimizer, loss: 'categoricalCrossentropy' });
    const x = tensor('x', 12, 8, 8, 3);
    const y = tf.oneHot([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], 3);
    const { history } = await model.fit(x, y, { epochs: 40, batchSize: 12, verbose: 0 });
    const loss = history.loss as number[];
    expect(loss.at(-1)!).toBeLessThan(0.8 * loss[0]!);
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
