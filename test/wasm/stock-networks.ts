/** Networks of tf.layers as anybody writes them. */
import * as tf from '@tensorflow/tfjs';
import type { Task } from './training.js';

/** The convolutional network of TensorFlow's and TensorFlow.js' MNIST tutorials. */
export const mnistConvnet: Task = {
  name: 'MNIST convnet',
  image: [28, 28, 1],
  classes: 10,
  build() {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [28, 28, 1], kernelSize: 5, filters: 8, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
        tf.layers.conv2d({ kernelSize: 5, filters: 16, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 10, activation: 'softmax' }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(), loss: 'categoricalCrossentropy' });
    return model;
  },
};

/** MobileNetV1 (Howard et al. 2017) with batch normalization, narrow and for small images. */
export const mobileNetV1: Task = {
  name: 'MobileNetV1',
  image: [24, 24, 3],
  classes: 4,
  build() {
    const model = tf.sequential();
    const normalized = (layer: tf.layers.Layer) => {
      model.add(layer);
      model.add(tf.layers.batchNormalization());
      model.add(tf.layers.reLU({ maxValue: 6 }));
    };
    const shared = { padding: 'same', useBias: false } as const;
    normalized(tf.layers.conv2d({ inputShape: [24, 24, 3], filters: 8, kernelSize: 3, strides: 2, ...shared }));
    for (const [filters, strides] of [
      [16, 1],
      [24, 2],
      [24, 1],
      [32, 2],
    ] as const) {
      normalized(tf.layers.depthwiseConv2d({ kernelSize: 3, strides, ...shared }));
      normalized(tf.layers.conv2d({ filters, kernelSize: 1, ...shared }));
    }
    model.add(tf.layers.globalAveragePooling2d({}));
    model.add(tf.layers.dense({ units: 4, activation: 'softmax' }));
    model.compile({ optimizer: tf.train.momentum(0.02, 0.9), loss: 'categoricalCrossentropy' });
    return model;
  },
};
