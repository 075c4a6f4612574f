import type { Gradient } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';

/** The gradient of `DepthwiseConv2dNative`. tfjs' own calls the same two kernels, but refuses dilations. */
export const depthwiseGradient: Gradient = {
  kernel: 'DepthwiseConv2dNative',
  inputs: ['x', 'filter'],
  run({ tf }, dy, { inputs }, attributes) {
    const { x, filter } = inputs as { x: Tensor; filter: Tensor };
    const { strides, pad, dilations, dataFormat, dimRoundingMode } = attributes;
    if (dataFormat !== undefined && dataFormat !== 'NHWC') return undefined;
    const run = (side: 'Input' | 'Filter', tensors: Record<string, Tensor>, own: object) => {
      const all = { strides, pad, dilations: dilations ?? [1, 1], dimRoundingMode, ...own };
      return tf.engine().runKernel(`DepthwiseConv2dNativeBackprop${side}`, tensors, all as never) as Tensor;
    };
    return {
      x: () => run('Input', { dy: dy as Tensor, filter }, { inputShape: x.shape }),
      filter: () => run('Filter', { x, dy: dy as Tensor }, { filterShape: filter.shape }),
    };
  },
};
