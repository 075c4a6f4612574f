import type { Gradient, Runtime } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';

/** The gradient of `Cumsum`: the sum the other way round. tfjs' own permutes the axes of the result, unless it is the last. */
export const cumsumGradient: Gradient<Runtime> = {
  kernel: 'Cumsum',
  run({ tf }, dy, _saved, attributes) {
    const { axis, exclusive, reverse } = attributes as { axis: number; exclusive: boolean; reverse: boolean };
    return { x: () => tf.cumsum(dy as Tensor, axis, exclusive, !reverse) };
  },
};
