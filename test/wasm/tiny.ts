/** The smallest model that has a convolution, a strided one, a depthwise one, batch normalization and pooling. */
import * as tf from '@tensorflow/tfjs';
import { examples, seedWeights, type Task } from './training.js';

export const tiny: Task = {
  name: 'tiny',
  image: [8, 8, 3],
  classes: 3,
  build() {
    const shared = { kernelSize: 3, padding: 'same', useBias: false } as const;
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 8, ...shared }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.depthwiseConv2d(shared),
        tf.layers.batchNormalization(),
        tf.layers.reLU({ maxValue: 6 }),
        tf.layers.conv2d({ ...shared, filters: 8, strides: 2 }),
        tf.layers.globalAveragePooling2d({}),
        tf.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    seedWeights(model);
    model.compile({ optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy' });
    return model;
  },
};

/** One batch. */
export interface Batch {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  dispose(): void;
}

export function batchOf(task: Task): Batch {
  const { x, y } = examples(task, 6);
  return { x, y, dispose: () => tf.dispose([x, y]) };
}
