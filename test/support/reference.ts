/** What ops compute, as plain loops in float64: slow, and short enough to be believed. Maps are `[h, w, c]`. */
import type { ActivationName, OpAttributes } from '@senet/core/graph';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

type Padding = OpAttributes['pool']['padding'];

export interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation?: number;
  readonly padding: 'valid' | 'same' | readonly [before: number, after: number];
  readonly ceil?: boolean;
}

/** Where the windows over one axis start: counted out, one window after the other. */
export function windowStarts(size: number, { kernel, stride, dilation = 1, padding, ceil = false }: Axis): number[] {
  const span = (kernel - 1) * dilation + 1;
  if (padding === 'same') {
    const count = Math.ceil(size / stride);
    const total = Math.max((count - 1) * stride + span - size, 0);
    return Array.from({ length: count }, (_, i) => i * stride - Math.floor(total / 2));
  }
  const [before, after] = padding === 'valid' ? [0, 0] : padding;
  const starts: number[] = [];
  let start = 0 - before;
  for (; start + span <= size + after; start += stride) starts.push(start);
  const covered = starts.length === 0 ? Number.POSITIVE_INFINITY : starts.at(-1)! + span;
  if (ceil && covered < size + after && start < size) starts.push(start);
  return starts;
}

/** The two axes of a window: `padding` is `[top, bottom, left, right]`. */
export function axesOf(
  kernel: readonly [number, number],
  strides: readonly [number, number],
  padding: Padding,
  { dilation = [1, 1], ceil = false }: { dilation?: readonly [number, number]; ceil?: boolean } = {},
): [Axis, Axis] {
  const along = (i: 0 | 1): Axis => {
    const sides = typeof padding === 'string' ? padding : ([padding[2 * i]!, padding[2 * i + 1]!] as const);
    return { kernel: kernel[i], stride: strides[i], dilation: dilation[i], padding: sides, ceil };
  };
  return [along(0), along(1)];
}

/** Calls `visit` for every window and every position in it, those outside of the map too. */
function forWindows(x: Tensor, axes: [Axis, Axis], visit: (at: Position) => void): [number, number] {
  const [height, width] = x.shape as [number, number];
  const rows = windowStarts(height, axes[0]);
  const columns = windowStarts(width, axes[1]);
  for (const [i, top] of rows.entries()) {
    for (const [j, left] of columns.entries()) {
      for (let p = 0; p < axes[0].kernel; p++) {
        for (let q = 0; q < axes[1].kernel; q++) {
          const row = top + p * (axes[0].dilation ?? 1);
          const column = left + q * (axes[1].dilation ?? 1);
          const inside = row >= 0 && row < height && column >= 0 && column < width;
          visit({ window: i * columns.length + j, tap: p * axes[1].kernel + q, row, column, inside });
        }
      }
    }
  }
  return [rows.length, columns.length];
}

interface Position {
  readonly window: number;
  readonly tap: number;
  readonly row: number;
  readonly column: number;
  readonly inside: boolean;
}

export function pool(x: Tensor, { kind, size, strides, padding, ceil, countPadding }: OpAttributes['pool']): Tensor {
  const [height, width, channels] = x.shape as [number, number, number];
  const explicit = typeof padding === 'string' ? [0, 0, 0, 0] : padding;
  const values: number[][] = [];
  const counts: number[] = [];
  const [rows, columns] = forWindows(x, axesOf(size, strides, padding, { ceil }), ({ window, row, column, inside }) => {
    counts[window] ??= 0;
    const inPadding =
      row >= -explicit[0]! && row < height + explicit[1]! && column >= -explicit[2]! && column < width + explicit[3]!;
    if (inside || (countPadding && inPadding)) counts[window]++;
    for (let c = 0; c < channels; c++) {
      const cell = (values[window * channels + c] ??= []);
      if (inside) cell.push(x.data[(row * width + column) * channels + c]!);
    }
  });
  const sum = (cell: number[]) => cell.reduce((a, b) => a + b, 0);
  const data = values.map((cell, i) =>
    kind === 'max' ? Math.max(...cell) : sum(cell) / counts[Math.floor(i / channels)]!,
  );
  return { shape: [rows, columns, channels], data };
}

type Window = Pick<OpAttributes['conv2d'], 'kernel' | 'strides' | 'dilation' | 'padding'>;

/** Weight `[kh, kw, c / groups, filters]`; depthwise is `groups` = c with the weight `[kh, kw, 1, c · multiplier]`. */
export function conv2d(x: Tensor, weight: Tensor, window: Window, groups = 1, bias?: ArrayLike<number>): Tensor {
  const [, width, channels] = x.shape as [number, number, number];
  const [inputs, filters] = weight.shape.slice(2) as [number, number];
  const data: number[] = [];
  const axes = axesOf(window.kernel, window.strides, window.padding, { dilation: window.dilation });
  const shape = forWindows(x, axes, (at) => {
    for (let o = 0; o < filters; o++) {
      const cell = at.window * filters + o;
      data[cell] ??= bias?.[o] ?? 0;
      const first = Math.floor(o / (filters / groups)) * inputs;
      for (let i = 0; at.inside && i < inputs; i++) {
        const value = x.data[(at.row * width + at.column) * channels + first + i]!;
        data[cell]! += value * weight.data[(at.tap * inputs + i) * filters + o]!;
      }
    }
  });
  return { shape: [...shape, filters], data };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => (x > 30 ? x : Math.log1p(Math.exp(x)));
const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const hardSigmoid = (x: number) => clip(x + 3, 0, 6) / 6;
const [SELU_ALPHA, SELU_SCALE] = [1.6732632423543772, 1.0507009873554805];

/** erf by its Maclaurin series: 17 digits for |x| ≤ 4. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** The activations as their papers have them. */
export const FORMULAS: Readonly<Record<ActivationName, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => clip(x, 0, 6),
  sigmoid,
  'hard-sigmoid': hardSigmoid,
  'hard-sigmoid-0.2': (x) => clip(0.2 * x + 0.5, 0, 1),
  tanh: Math.tanh,
  silu: (x) => x * sigmoid(x),
  'hard-swish': (x) => x * hardSigmoid(x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
  gelu: (x) => x * 0.5 * (1 + erf(x / Math.SQRT2)),
  mish: (x) => x * Math.tanh(softplus(x)),
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
};
