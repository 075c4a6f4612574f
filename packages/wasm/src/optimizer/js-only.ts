import type { Feature, Kernel, Runtime } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';

/** `SenetAdamW` composed of tfjs' kernels; its inputs, attributes and outputs are those of the one in SIMD. */
const adamW: Kernel<Runtime> = {
  name: 'SenetAdamW',
  run({ tf }, inputs, attributes) {
    const { value, gradient, first, second } = inputs as unknown as Record<string, Tensor>;
    const { learningRate, beta1, beta2, epsilon, weightDecay, step } = attributes as Record<string, number>;
    return tf.tidy(() => {
      const m = tf.add(tf.mul(first!, beta1!), tf.mul(gradient!, 1 - beta1!));
      const v = tf.add(tf.mul(second!, beta2!), tf.mul(tf.square(gradient!), 1 - beta2!));
      const root = tf.add(tf.sqrt(tf.div(v, 1 - beta2! ** step!)), epsilon!);
      const change = tf.div(tf.div(m, 1 - beta1! ** step!), root);
      return [tf.sub(tf.mul(value!, 1 - learningRate! * weightDecay!), tf.mul(change, learningRate!)), m, v];
    });
  },
};

/** Updates of weights without SIMD: tfjs' optimizers stay as they are. */
export const optimizerWithoutSimd: Feature<Runtime> = { kernels: [adamW] };
