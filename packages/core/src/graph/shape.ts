import { SenetError } from '../errors.js';

/** One dimension; `null` where it is known only when the model runs (height and width). */
export type Dimension = number | null;

/** The shape of a value without its batch dimension: `[height, width, channels]`, `[channels]`, `[steps, channels]`. */
export type Shape = readonly Dimension[];

/** `valid`, `same` (as TensorFlow pads: what is odd goes to the end) or explicit `[top, bottom, left, right]`. */
export type Padding = 'valid' | 'same' | readonly [number, number, number, number];

/** A pair `[height, width]`. */
export type Pair = readonly [number, number];

export function showShape(shape: Shape): string {
  return `[${shape.map((dimension) => dimension ?? 'null').join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, i) => dimension === b[i]);
}

/** Number of elements, or `null` when a dimension is unknown. */
export function sizeOf(shape: Shape): number | null {
  return shape.reduce<number | null>((size, d) => (size === null || d === null ? null : size * d), 1);
}

/** Number of elements of a shape that has no unknown dimension: a parameter's. */
export function staticSize(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/** The channels of a value: its last dimension, which is never unknown. */
export function channelsOf(value: { readonly shape: Shape }): number {
  const channels = value.shape.at(-1);
  if (typeof channels !== 'number') throw shapeError(`needs a known number of channels, got ${showShape(value.shape)}`);
  return channels;
}

/** Asserts `[height, width, channels]` and returns it. */
export function asMap(shape: Shape): readonly [Dimension, Dimension, number] {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height === undefined || width === undefined || typeof channels !== 'number') {
    throw shapeError(`needs a map [height, width, channels], got ${showShape(shape)}`);
  }
  return [height, width, channels];
}

/** A shape rule's complaint; the builder adds the node's name. */
export function shapeError(problem: string, expected?: string): SenetError {
  return new SenetError('ShapeMismatch', problem, { expected });
}

export interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation?: Pair;
  readonly padding: Padding;
  /** Round the output size up, as Caffe and torch's `ceil_mode` do. */
  readonly ceil?: boolean;
}

/** Output height and width of a sliding window (convolution or pool) over `[height, width]`. */
export function slide(height: Dimension, width: Dimension, window: Window): [Dimension, Dimension] {
  return [slideAxis(height, window, 0), slideAxis(width, window, 1)];
}

function slideAxis(size: Dimension, window: Window, axis: 0 | 1): Dimension {
  if (size === null) return null;
  const stride = window.strides[axis];
  if (window.padding === 'same') return Math.ceil(size / stride);
  const [before, after] = paddingOf(window.padding, axis);
  const span = (window.kernel[axis] - 1) * (window.dilation?.[axis] ?? 1) + 1;
  const room = size + before + after - span;
  if (room < 0) {
    throw shapeError(
      `a window of ${span} does not fit into ${size} with padding ${before} and ${after}`,
      `at least ${span - before - after} along ${axis === 0 ? 'height' : 'width'}`,
    );
  }
  return outputSize(room, stride, window.ceil ?? false, size + before);
}

function outputSize(room: number, stride: number, ceil: boolean, end: number): number {
  if (!ceil) return Math.floor(room / stride) + 1;
  const size = Math.ceil(room / stride) + 1;
  return (size - 1) * stride >= end ? size - 1 : size; // torch and Caffe: no window starts beyond the input
}

/** Padding before and after along one axis; zero for `valid`, unknown (throws) for `same`. */
export function paddingOf(padding: Exclude<Padding, 'same'>, axis: 0 | 1): [number, number] {
  if (padding === 'valid') return [0, 0];
  return axis === 0 ? [padding[0], padding[1]] : [padding[2], padding[3]];
}
