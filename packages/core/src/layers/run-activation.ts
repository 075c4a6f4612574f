import * as tf from '@tensorflow/tfjs';
import type { ActivationName } from '../graph/ops/elementwise.js';
import { runFused } from './fused-kernels.js';

/** Keras' names of the activations that TensorFlow.js has, in its own spelling. */
export const STOCK_ACTIVATIONS: Readonly<Partial<Record<ActivationName, string>>> = {
  linear: 'linear',
  relu: 'relu',
  relu6: 'relu6',
  sigmoid: 'sigmoid',
  'hard-sigmoid-0.2': 'hardSigmoid',
  tanh: 'tanh',
  silu: 'swish',
  elu: 'elu',
  selu: 'selu',
  mish: 'mish',
  softplus: 'softplus',
  softsign: 'softsign',
};

/** The activations that no stock layer has; those that one has never come here. */
export function runActivation(x: tf.Tensor, activation: ActivationName): tf.Tensor {
  switch (activation) {
    case 'hard-sigmoid':
      return hardSigmoid(x);
    case 'hard-swish':
      return runFused('SenetHardSwish', { x }, {}) ?? x.mul(hardSigmoid(x));
    case 'gelu':
      return x.mul(tf.erf(x.mul(Math.SQRT1_2)).add(1).mul(0.5));
    default:
      throw new TypeError(`'${activation}' has a stock layer`);
  }
}

/** relu6(x + 3) / 6 (Howard et al. 2019, section 5.2) */
function hardSigmoid(x: tf.Tensor): tf.Tensor {
  const fused = runFused('SenetHardSigmoid', { x }, { slope: 1 / 6, offset: 0.5 });
  return fused ?? tf.relu6(x.add(3)).mul(1 / 6);
}
