import type { Attributes, NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';

/** What happens to a sum before it is stored: clamp(sum + bias, low, high). */
export interface Epilogue {
  /** A vector, one value a column of the product (an output channel). */
  readonly bias?: TensorInfo | undefined;
  readonly low: number;
  readonly high: number;
}

export const PLAIN: Epilogue = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** Activations that are bounds: they cost nothing inside a kernel. */
const BOUNDS: Readonly<Record<string, Epilogue>> = {
  linear: PLAIN,
  relu: { low: 0, high: Number.POSITIVE_INFINITY },
  relu6: { low: 0, high: 6 },
};

/** Activations that pass over the result once more, as tfjs' kernel of that name. */
const SECOND_PASS: Readonly<Record<string, string>> = { elu: 'Elu', sigmoid: 'Sigmoid', leakyrelu: 'LeakyRelu' };

/**
 * Computes what tfjs calls fused, a product with bias and activation: `compute` with what can be done inside, then the rest.
 * Undefined for what only tfjs' own kernel does: PReLU, and a bias that is no vector of that length.
 */
export function fused(
  runtime: NativeRuntime,
  attributes: Attributes,
  bias: TensorInfo | undefined,
  length: number,
  compute: (epilogue: Epilogue) => TensorInfo | undefined,
): TensorInfo | undefined {
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== length || bias.dtype !== 'float32')) return undefined;
  const { activation = 'linear', leakyreluAlpha } = attributes as { activation?: string; leakyreluAlpha?: number };
  const bounds = BOUNDS[activation];
  if (bounds) return compute({ ...bounds, bias });
  const kernel = SECOND_PASS[activation] && runtime.tf.getKernel(SECOND_PASS[activation], 'wasm');
  const sums = kernel && compute({ ...PLAIN, bias });
  if (!sums) return undefined;
  const call = { inputs: { x: sums }, attrs: { alpha: leakyreluAlpha }, backend: runtime.backend };
  const result = kernel.kernelFunc(call as never) as TensorInfo;
  runtime.backend.disposeData(sums.dataId);
  return result;
}
