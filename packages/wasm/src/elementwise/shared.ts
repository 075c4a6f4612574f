import type { Gradient, NativeRuntime, Runtime } from '../backend/contracts.js';
import type { Tensor, TensorInfo, Tf } from '../backend/tfjs-internals.js';

export const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

export const isSameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** Whether kernels of ours take these tensors: floats, not empty, and vectors may be loaded from all of them. */
export function takes({ memory }: NativeRuntime, ...tensors: (TensorInfo | undefined)[]): boolean {
  return tensors.every((t) => t && t.dtype === 'float32' && sizeOf(t.shape) > 0 && memory.isReadable(t));
}

/** Runs a kernel by name. */
export function call(
  { tf }: Runtime,
  kernel: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: object = {},
): Tensor {
  return tf.engine().runKernel(kernel, inputs, attributes as never) as Tensor;
}

/** Runs a kernel of several outputs by name. */
export function callForAll(...parameters: Parameters<typeof call>): Tensor[] {
  return call(...parameters) as unknown as Tensor[];
}

/** How many gradients are being recorded: 1 inside `tf.grad`, 2 inside one of a gradient. */
export function recordingDepth(tf: Tf): number {
  return tf.engine().state.gradientDepth;
}

/**
 * Leaves gradients of gradients to tfjs, whose own gradients consist of operations that have gradients again; fused ones
 * have none.
 */
export function firstOrder(gradient: Gradient): Gradient {
  const run: Gradient['run'] = (runtime, ...rest) =>
    recordingDepth(runtime.tf) > 0 ? undefined : gradient.run(runtime, ...rest);
  return { ...gradient, run };
}
