import type { NativeRuntime, Patch } from '../backend/contracts.js';
import { recordingDepth, type Tensor, type Tf } from '../backend/tfjs-internals.js';
import { call, takes } from './shared.js';

type Apply = (x: Tensor, parameter?: number) => Tensor;

/** Activations that tfjs composes of several kernels, by one each. `parameter` is what some take beside x. */
const FUSED: Readonly<Record<string, (runtime: NativeRuntime, x: Tensor) => Tensor>> = {
  swish: (runtime, x) => call(runtime, 'SenetSwish', { x }),
  hardSigmoid: (runtime, x) => call(runtime, 'SenetHardSigmoid', { x }, { slope: 0.2, offset: 0.5 }),
  relu6: ({ tf }, x) => tf.relu6(x),
};

/** Activations of layers. Gradients of gradients, and other slopes than 1, are tfjs' own. */
export const activationPatches: readonly Patch[] = Object.entries(FUSED).map(([name, fused]) => ({
  name: `${name}.apply`,
  target: (tf) => ({ prototype: activationPrototype(tf, name), method: 'apply' }),
  replace: (runtime, stock) => {
    const apply: Apply = (x, parameter = 1) =>
      parameter === 1 && takes(x) && recordingDepth(runtime.tf) <= 1
        ? fused(runtime, x)
        : (stock as unknown as Apply)(x, parameter);
    return apply as never;
  },
}));

function activationPrototype(tf: Tf, name: string): object {
  const [activation] = tf.serialization.SerializationMap.getMap().classNameMap[name]!;
  return activation.prototype as object;
}
