import { sizeOf } from '../backend/tensors.js';

/** Below this many channels vectors do not pay. */
export const MIN_CHANNELS = 4;

/** A tensor as `[images, pixels, channels]`. */
export interface Layout {
  readonly images: number;
  readonly pixels: number;
  readonly channels: number;
}

/**
 * How a gate of one number for each image and channel lies beside x: x `[n, h, w, c]`, gate `[n, 1, 1, c]`, `[1, 1, 1, c]`
 * or `[c]`; undefined where it is no such gate.
 */
export function gateLayout(x: readonly number[], gate: readonly number[]): Layout | undefined {
  if (gate.length === 0 || gate.length > x.length) return undefined;
  const aligned = [...Array.from({ length: x.length - gate.length }, () => 1), ...gate];
  const last = x.length - 1;
  if (aligned[last] !== x[last]) return undefined;
  let shared = 0;
  while (shared < last && aligned[shared] === x[shared]) shared++;
  if (aligned.slice(shared, last).some((size) => size !== 1)) return undefined;
  const pixels = sizeOf(x.slice(shared, last));
  return pixels > 1 ? { images: sizeOf(x.slice(0, shared)), pixels, channels: x[last]! } : undefined;
}

/**
 * The layout in which a reduction over `axes` is one over pixels; undefined where the axes are not side by side, or
 * reach to the last.
 */
export function reductionLayout(shape: readonly number[], axes: readonly number[]): Layout | undefined {
  const sorted = [...axes].sort((a, b) => a - b);
  const [first] = sorted;
  if (first === undefined || sorted.some((axis, i) => axis !== first + i)) return undefined;
  const end = first + sorted.length;
  if (end >= shape.length) return undefined;
  return {
    images: sizeOf(shape.slice(0, first)),
    pixels: sizeOf(shape.slice(first, end)),
    channels: sizeOf(shape.slice(end)),
  };
}
