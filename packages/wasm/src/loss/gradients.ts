import type { Gradient } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';
import { takes } from '../elementwise/shared.js';
import { SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_GRAD, SOFTMAX_GRAD } from './kernels.js';

/** The gradient of `Softmax`, in one pass. */
const softmaxGradient: Gradient = {
  kernel: 'Softmax',
  outputs: [true],
  run({ tf }, dy, { outputs: [y] }, { dim }) {
    const isLast = dim === undefined || dim === -1 || dim === y!.shape.length - 1;
    if (!isLast || !takes(y, dy as Tensor)) return undefined;
    return { logits: () => tf.engine().runKernel(SOFTMAX_GRAD, { y: y!, dy: dy as Tensor }) as Tensor };
  },
};

const crossEntropyGradient: Gradient = {
  kernel: SOFTMAX_CROSS_ENTROPY,
  inputs: ['logits', 'labels'],
  outputs: [false, true],
  run({ tf }, dys, { inputs, outputs: [, probabilities] }) {
    const [dy] = dys as Tensor[];
    const { logits, labels } = inputs as { logits: Tensor; labels: Tensor };
    const tensors = { probabilities: probabilities!, labels, dy: dy! };
    if (!takes(...Object.values(tensors))) return undefined;
    return {
      logits: () => tf.engine().runKernel(SOFTMAX_CROSS_ENTROPY_GRAD, tensors) as Tensor,
      labels: () => tf.tidy(() => tf.neg(tf.mul(tf.expandDims(dy!, -1), tf.logSoftmax(logits)))),
    };
  },
};

export const gradients: readonly Gradient[] = [softmaxGradient, crossEntropyGradient];
