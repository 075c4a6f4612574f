import type { Gradient, Runtime } from '../backend/contracts.js';
import type { Tensor, Tf } from '../backend/tfjs-internals.js';
import { transposedAlong } from './along-axis.js';

/** The gradient of `MirrorPad`: what was mirrored counts twice. tfjs' own leaves the mirror images out. */
export const mirrorPadGradient: Gradient<Runtime> = {
  kernel: 'MirrorPad',
  inputs: ['x'],
  run({ tf }, dy, { inputs }, attributes) {
    const { paddings, mode } = attributes as { paddings: [number, number][]; mode: 'reflect' | 'symmetric' };
    const { x } = inputs as { x: Tensor };
    const dx = () =>
      tf.tidy(() =>
        paddings.reduce((gradient, amounts, axis) => {
          if (amounts[0] + amounts[1] === 0) return gradient;
          return transposedAlong(tf, gradient, axis, mirror(tf, x.shape[axis]!, amounts, mode));
        }, dy as Tensor),
      );
    return { x: dx };
  },
};

/** The matrix that mirrors an axis: `[before + size + after, size]`. */
function mirror(tf: Tf, size: number, amounts: [number, number], mode: 'reflect' | 'symmetric'): Tensor {
  return tf.mirrorPad(tf.eye(size), [amounts, [0, 0]], mode);
}
