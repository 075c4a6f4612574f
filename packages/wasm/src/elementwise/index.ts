/**
 * Activations, and their gradients, by one kernel each where tfjs composes them.
 *
 * Three kernels have names of ours, for whoever builds layers (`tf.engine().runKernel(name, { x }, attributes)`, where
 * `tf.getKernel(name, tf.getBackend())` knows them); all have gradients:
 *
 * - `SenetSwish`: x·sigmoid(x)
 * - `SenetHardSwish`: x·relu6(x + 3)/6
 * - `SenetHardSigmoid` with `{ slope, offset }`: slope·x + offset within [0, 1]
 *
 * tfjs' layers use them without being told: its activations `swish`, `hardSigmoid` and `relu6` are patched. Sums,
 * products, Relu, Relu6 and Sigmoid forward stay tfjs' own: they are as fast.
 */
import type { Feature } from '../backend/contracts.js';
import { activationGradients, activationKernels } from './activations.js';
import { activationPatches } from './layers.js';

export { sharing } from './sharing.js';

export const elementwise: Feature = {
  kernels: activationKernels,
  gradients: activationGradients,
  patches: activationPatches,
};
