import type { Runtime } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { Tensor, TensorInfo } from '../backend/tfjs-internals.js';

export const isSameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** Whether kernels of ours take these tensors: floats, and not empty. */
export function takes(...tensors: (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor && tensor.dtype === 'float32' && sizeOf(tensor.shape) > 0);
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
