import { type Dimension, type Padding, type Pair, paddingOf, slide, type Window } from '../graph/shape.js';

/**
 * How TensorFlow.js is to pad: `valid` and `same` as they are; `explicit` means zeros around the map, then `valid`.
 */
export type TfPadding = 'valid' | 'same' | 'explicit';

/**
 * The stock padding that gives exactly the windows of `window`, or `explicit` where none does.
 *
 * TensorFlow's `same` puts what is odd at the end, so on even maps at stride 2 it differs from PyTorch's symmetric
 * padding; on odd maps, and at stride 1 with odd kernels, the two agree.
 */
export function stockPadding(window: Window, size: readonly [Dimension, Dimension]): TfPadding {
  const { padding, ceil = false } = window;
  if (padding === 'valid' && !ceil) return 'valid';
  if (padding === 'same') return sameIsWrong(window, size) ? explicitSame(window, size) : 'same';
  const axes = [0, 1] as const;
  if (axes.every((axis) => isValid(window, size[axis], axis))) return 'valid';
  const same = axes.every((axis) => isSame(window, size[axis], axis));
  return same && !sameIsWrong(window, size) ? 'same' : 'explicit';
}

/**
 * tfjs' wasm backend gives wrong values for convolutions with `same` where a window stands back from the map's end
 * (tensorflow/tfjs#6629): XNNPACK's padding goes below zero there. 1×1 kernels take another way.
 */
export function sameIsWrong(window: Window, size: readonly [Dimension, Dimension]): boolean {
  if (window.kernel.every((along) => along === 1)) return false;
  return ([0, 1] as const).some((axis) => sameExcess(window, size[axis], axis) < 0);
}

function explicitSame(window: Window, [height, width]: readonly [Dimension, Dimension]): TfPadding {
  if (height === null || width === null) return 'same';
  return fullPadding(window, [height, width]).every((amount) => amount === 0) ? 'valid' : 'explicit';
}

function isValid(window: Window, size: Dimension, axis: 0 | 1): boolean {
  const [before, after] = paddingOf(window.padding as Exclude<Padding, 'same'>, axis);
  if (before !== 0) return false;
  if (size === null) return after === 0 && !window.ceil;
  return outputAlong(window, size, axis) === outputAlong({ ...window, padding: 'valid', ceil: false }, size, axis);
}

function isSame(window: Window, size: Dimension, axis: 0 | 1): boolean {
  const [before, after] = paddingOf(window.padding as Exclude<Padding, 'same'>, axis);
  const { before: sameBefore, total } = samePadding(window, size, axis);
  if (size === null)
    return window.strides[axis] === 1 && !window.ceil && before === sameBefore && before + after === total;
  return before === sameBefore && outputAlong(window, size, axis) === Math.ceil(size / window.strides[axis]);
}

function samePadding(window: Window, size: Dimension, axis: 0 | 1): { before: number; total: number } {
  const total = Math.max(sameExcess(window, size, axis), 0);
  return { before: Math.floor(total / 2), total };
}

/** How far TensorFlow's windows reach over the map; over one of unknown size, the least that they may. */
function sameExcess(window: Window, size: Dimension, axis: 0 | 1): number {
  const stride = window.strides[axis];
  const span = (window.kernel[axis] - 1) * (window.dilation?.[axis] ?? 1) + 1;
  return size === null ? span - stride : (Math.ceil(size / stride) - 1) * stride + span - size;
}

function outputAlong(window: Window, size: number, axis: 0 | 1): number {
  const [height, width] = slideOrNothing(window, axis === 0 ? [size, null] : [null, size]);
  return (axis === 0 ? height : width) ?? 0;
}

function slideOrNothing(window: Window, [height, width]: readonly [Dimension, Dimension]): [Dimension, Dimension] {
  try {
    return slide(height, width, window);
  } catch {
    return [0, 0];
  }
}

/**
 * The zeros that a window needs around a map of known size, `[top, bottom, left, right]`: what it states, and beyond
 * the end what rounding up reaches over.
 */
export function fullPadding(window: Window, size: Pair): [number, number, number, number] {
  const axes = ([0, 1] as const).map((axis) => {
    if (window.padding === 'same') {
      const { before, total } = samePadding(window, size[axis], axis);
      return [before, total - before];
    }
    const [before, after] = paddingOf(window.padding, axis);
    const outputs = outputAlong(window, size[axis], axis);
    const span = (window.kernel[axis] - 1) * (window.dilation?.[axis] ?? 1) + 1;
    const reach = (outputs - 1) * window.strides[axis] + span - size[axis] - before;
    return [before, Math.max(after, reach)];
  });
  return [...axes[0]!, ...axes[1]!] as [number, number, number, number];
}
