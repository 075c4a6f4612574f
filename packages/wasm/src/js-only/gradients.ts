import type { Gradient, Runtime } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';

/** The gradients of convolutions. tfjs' own call the same kernels, but refuse dilations. */
export const convolutionGradients: readonly Gradient<Runtime>[] = [
  gradientOf('Conv2D'),
  gradientOf('DepthwiseConv2dNative'),
];

function gradientOf(kernel: string): Gradient<Runtime> {
  return {
    kernel,
    inputs: ['x', 'filter'],
    run({ tf }, dy, { inputs }, attributes) {
      const { x, filter } = inputs as { x: Tensor; filter: Tensor };
      const { strides, pad, dilations = 1, dataFormat = 'NHWC', dimRoundingMode } = attributes;
      if (dataFormat !== 'NHWC') return undefined;
      const run = (side: 'Input' | 'Filter', tensors: Record<string, Tensor>, own: object) => {
        const all = { strides, pad, dilations, dataFormat, dimRoundingMode, ...own };
        return tf.engine().runKernel(`${kernel}Backprop${side}`, tensors, all as never) as Tensor;
      };
      return {
        x: () => run('Input', { dy: dy as Tensor, filter }, { inputShape: x.shape }),
        filter: () => run('Filter', { x, dy: dy as Tensor }, { filterShape: filter.shape }),
      };
    },
  };
}
