import type { Attributes, Gradient, Kernel, NativeRuntime } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { Tensor, TensorInfo, Tf } from '../backend/tfjs-internals.js';
import { call, takes } from '../elementwise/shared.js';
import { MIN_CHANNELS, reductionLayout } from './layout.js';

const SPREAD = 'SenetSpread';

/** Room for a double and a float for each channel, rounded up to a multiple of 4. */
export function sumsOf({ memory }: NativeRuntime, channels: number): number {
  return memory.scratch('sums', 12 * ((channels + 3) & ~3));
}

/** tfjs' `Sum` and `Mean` over axes before the last: bias gradients, global pooling, gates of channels. */
export const reductionKernels: readonly Kernel[] = [reduction('Sum', false), reduction('Mean', true)];

function reduction(name: string, isMean: boolean): Kernel {
  return {
    name,
    run(runtime, { x }, attributes) {
      const axes = axesOf(runtime.tf, x!, attributes);
      const layout = reductionLayout(x!.shape, axes);
      if (!layout || layout.channels < MIN_CHANNELS || !takes(x)) return undefined;
      const { memory, native } = runtime;
      const { images, pixels, channels } = layout;
      const y = memory.output(reducedShape(x!.shape, axes, attributes.keepDims === true));
      const sums = sumsOf(runtime, channels);
      const factor = isMean ? 1 / pixels : 1;
      native.sumPixels(images, pixels, channels, memory.address(x!), factor, memory.address(y), sums);
      return y;
    },
  };
}

function axesOf(tf: Tf, { shape }: TensorInfo, { axis }: Attributes): number[] {
  return tf.util.parseAxisParam(axis as number | number[], shape);
}

function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
}

/** x of `shape`, `factor` times dy at every place that a reduction over `axes` took to it. */
export const spread: Kernel = {
  name: SPREAD,
  run(runtime, { dy }, attributes) {
    const { shape, axes, factor } = attributes as { shape: number[]; axes: number[]; factor: number };
    const layout = reductionLayout(shape, axes);
    if (!layout || !takes(dy)) return undefined;
    const { memory, native } = runtime;
    const { images, pixels, channels } = layout;
    const dx = memory.output(shape);
    native.spreadPixels(images, pixels, channels, memory.address(dy!), factor, memory.address(dx));
    return dx;
  },
};

export const reductionGradients: readonly Gradient[] = [
  reductionGradient('Sum', false),
  reductionGradient('Mean', true),
];

function reductionGradient(kernel: string, isMean: boolean): Gradient {
  return {
    kernel,
    inputs: ['x'],
    run(runtime, dy, { inputs }, attributes) {
      const x = inputs.x!;
      const axes = axesOf(runtime.tf, x, attributes);
      const layout = reductionLayout(x.shape, axes);
      if (!layout || layout.channels < MIN_CHANNELS || sizeOf(x.shape) === 0) return undefined;
      if (!takes(dy as Tensor)) return undefined;
      const spreading = { shape: x.shape, axes, factor: isMean ? 1 / layout.pixels : 1 };
      return { x: () => call(runtime, SPREAD, { dy: dy as Tensor }, spreading) };
    },
  };
}
