import type { Gradient, Runtime } from '../backend/contracts.js';
import type { Tensor, Tf } from '../backend/tfjs-internals.js';

/** The gradients of `Maximum` and `Minimum` of tensors that broadcast. tfjs' own forgets to sum over the broadcast axes. */
export const extremeGradients: readonly Gradient<Runtime>[] = [
  extremeGradient('Maximum', (tf, a, b) => tf.greaterEqual(a, b)),
  extremeGradient('Minimum', (tf, a, b) => tf.lessEqual(a, b)),
];

function extremeGradient(kernel: string, isOfA: (tf: Tf, a: Tensor, b: Tensor) => Tensor): Gradient<Runtime> {
  return {
    kernel,
    inputs: ['a', 'b'],
    run({ tf }, dy, { inputs }) {
      const { a, b } = inputs as { a: Tensor; b: Tensor };
      if (tf.util.arraysEqual(a.shape, b.shape)) return undefined;
      const shape = (dy as Tensor).shape;
      const share = (of: Tensor, isOurs: () => Tensor) => () =>
        tf.tidy(() => {
          const all = tf.mul(dy as Tensor, tf.cast(isOurs(), 'float32'));
          const axes = tf.backend_util.getReductionAxes(of.shape, shape);
          return tf.reshape(axes.length > 0 ? tf.sum(all, axes) : all, of.shape);
        });
      return { a: share(a, () => isOfA(tf, a, b)), b: share(b, () => tf.logicalNot(isOfA(tf, a, b))) };
    },
  };
}
