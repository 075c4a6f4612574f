import * as tf from '@tensorflow/tfjs';
import { runFused } from './fused-kernels.js';

/** relu(x · gate + shortcut). The fused kernel is for gates of channels `[n, 1, 1, c]` on maps of several pixels. */
export function runGateAddRelu(x: tf.Tensor, gate: tf.Tensor, shortcut: tf.Tensor): tf.Tensor {
  const [n, height, width, channels] = x.shape as [number, number, number, number];
  const fits =
    height * width > 1 &&
    tf.util.arraysEqual(gate.shape, [n, 1, 1, channels]) &&
    tf.util.arraysEqual(shortcut.shape, x.shape);
  const fused = fits ? runFused('SenetGateAddRelu', { x, gate, shortcut }, {}) : undefined;
  return fused ?? tf.relu(x.mul(gate).add(shortcut));
}
