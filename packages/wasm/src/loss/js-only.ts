import type { Feature, Gradient, Kernel, Runtime } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';
import { SOFTMAX_CROSS_ENTROPY } from './kernels.js';

/** The kernel composed of tfjs' own; its inputs and outputs are those of the one in SIMD. */
const crossEntropy: Kernel<Runtime> = {
  name: SOFTMAX_CROSS_ENTROPY,
  run({ tf }, inputs) {
    const { logits, labels } = inputs as { logits: Tensor; labels: Tensor };
    return tf.tidy(() => [tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), -1)), tf.softmax(logits)]);
  },
};

/** With p the softmax of a row: dlogits = dy·(p·Σlabels − labels), dlabels = −dy·log p. Of the losses alone. */
const crossEntropyGradient: Gradient<Runtime> = {
  kernel: SOFTMAX_CROSS_ENTROPY,
  inputs: ['logits', 'labels'],
  run({ tf }, dys, { inputs }) {
    const { logits, labels } = inputs as { logits: Tensor; labels: Tensor };
    const dy = () => tf.expandDims((dys as Tensor[])[0]!, -1);
    return {
      logits: () => tf.tidy(() => tf.softmax(logits).mul(labels.sum(-1, true)).sub(labels).mul(dy())),
      labels: () => tf.tidy(() => tf.logSoftmax(logits).mul(dy()).neg()),
    };
  },
};

/** Softmax cross-entropy without SIMD, and its gradients of any order. */
export const lossWithoutSimd: Feature<Runtime> = { kernels: [crossEntropy], gradients: [crossEntropyGradient] };
