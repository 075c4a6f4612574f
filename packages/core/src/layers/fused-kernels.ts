import * as tf from '@tensorflow/tfjs';

/**
 * Kernels that a backend may have beside those of TensorFlow.js, by the names that `@senet/wasm` gives them: one pass over
 * memory where stock ops need several. They have gradients, of first order only.
 */
export interface FusedKernels {
  /** x · relu6(x + 3) / 6 */
  SenetHardSwish: { inputs: 'x'; attributes: object };
  /** slope · x + offset within [0, 1] */
  SenetHardSigmoid: { inputs: 'x'; attributes: { slope: number; offset: number } };
  /** max(x · gate + shortcut, 0): x and shortcut `[n, h, w, c]`, gate `[n, 1, 1, c]` */
  SenetGateAddRelu: { inputs: 'x' | 'gate' | 'shortcut'; attributes: object };
}

/** Runs a fused kernel; undefined where the current backend has none, or gradients of gradients are wanted. */
export function runFused<Name extends keyof FusedKernels>(
  name: Name,
  inputs: Record<FusedKernels[Name]['inputs'], tf.Tensor>,
  attributes: FusedKernels[Name]['attributes'],
): tf.Tensor | undefined {
  const engine = tf.engine();
  if (!tf.getKernel(name, tf.getBackend()) || engine.state.gradientDepth > 1) return undefined;
  return engine.runKernel(name, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as tf.Tensor;
}
