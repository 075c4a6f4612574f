import type { Gradient } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';

/** The gradient of `Conv2D`. tfjs' own is the same, but refuses dilations. */
export const conv2DGradient: Gradient = {
  kernel: 'Conv2D',
  inputs: ['x', 'filter'],
  run({ tf }, dy, { inputs }, attributes) {
    const { x, filter } = inputs as { x: Tensor; filter: Tensor };
    const { strides, pad, dilations, dataFormat, dimRoundingMode } = attributes;
    if (dataFormat !== undefined && dataFormat !== 'NHWC') return undefined;
    const shared = { strides, pad, dilations, dataFormat: 'NHWC', dimRoundingMode };
    const run = (kernel: string, tensors: Record<string, Tensor>, own: object) =>
      tf.engine().runKernel(kernel, tensors, { ...shared, ...own } as never) as Tensor;
    const y = dy as Tensor;
    return {
      x: () => run('Conv2DBackpropInput', { dy: y, filter }, { inputShape: x.shape }),
      filter: () => run('Conv2DBackpropFilter', { x, dy: y }, { filterShape: filter.shape }),
    };
  },
};
