import type { Kernel, NativeRuntime } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { takes } from '../elementwise/shared.js';

export const SOFTMAX_GRAD = 'SenetSoftmaxGrad';
export const SOFTMAX_CROSS_ENTROPY = 'SenetSoftmaxCrossEntropy';
export const SOFTMAX_CROSS_ENTROPY_GRAD = 'SenetSoftmaxCrossEntropyGrad';

/** tfjs' `Exp`. */
const exp: Kernel = {
  name: 'Exp',
  run({ memory, native }, { x }) {
    if (x!.dtype !== 'float32') return undefined;
    const y = memory.output(x!.shape);
    const { rows, columns } = asRows(x!);
    native.exp(rows * columns, memory.address(x!), memory.address(y));
    return y;
  },
};

/** dx of a softmax over the last axis, from its result y. */
const softmaxGrad: Kernel = {
  name: SOFTMAX_GRAD,
  run({ memory, native }, { y, dy }) {
    const dx = memory.output(y!.shape);
    const { rows, columns } = asRows(y!);
    native.softmaxGradient(rows, columns, memory.address(y!), memory.address(dy!), memory.address(dx));
    return dx;
  },
};

/**
 * Cross-entropy of logits `[…, classes]` and labels of the same shape: losses `[…]`, and the softmax `[…, classes]`, which
 * the gradient needs.
 */
const softmaxCrossEntropy: Kernel = {
  name: SOFTMAX_CROSS_ENTROPY,
  run(runtime, { logits, labels }) {
    if (!takes(logits, labels)) return undefined;
    const { memory, native } = runtime;
    const { rows, columns } = asRows(logits!);
    const losses = memory.output(logits!.shape.slice(0, -1));
    const probabilities = memory.output(logits!.shape);
    const parts = memory.scratch('cross-entropy parts', 16 * rows);
    native.softmaxCrossEntropy(
      ...([rows, columns, memory.address(logits!), memory.address(labels!)] as const),
      ...([memory.address(probabilities), parts] as const),
    );
    writeLosses(runtime, losses, rows, parts);
    return [losses, probabilities];
  },
};

/** -Σ label·(logit - largest - log Σ e^(logit - largest)) */
function writeLosses({ memory }: NativeRuntime, losses: TensorInfo, rows: number, parts: number): void {
  const { floats } = memory;
  const to = memory.address(losses) >>> 2;
  for (let row = 0; row < rows; row++) {
    const [, sum, dot, weight] = floats.subarray((parts >>> 2) + 4 * row) as unknown as [
      number,
      number,
      number,
      number,
    ];
    floats[to + row] = weight * Math.log(sum) - dot;
  }
}

const softmaxCrossEntropyGrad: Kernel = {
  name: SOFTMAX_CROSS_ENTROPY_GRAD,
  run({ memory, native }, { probabilities, labels, dy }) {
    const dx = memory.output(probabilities!.shape);
    const { rows, columns } = asRows(probabilities!);
    native.softmaxCrossEntropyGradient(
      ...([rows, columns, memory.address(probabilities!), memory.address(labels!)] as const),
      ...([memory.address(dy!), memory.address(dx)] as const),
    );
    return dx;
  },
};

function asRows({ shape }: TensorInfo): { rows: number; columns: number } {
  const columns = shape.at(-1) ?? 1;
  return { rows: sizeOf(shape.slice(0, -1)), columns };
}

export const kernels: readonly Kernel[] = [exp, softmaxGrad, softmaxCrossEntropy, softmaxCrossEntropyGrad];
