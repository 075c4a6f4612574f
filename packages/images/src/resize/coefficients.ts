import { FILTERS, type Interpolation } from './filters.js';

/** Bits behind the point: 8 are left for the samples, and 2 for sums that go beyond them. */
export const PRECISION_BITS = 32 - 8 - 2;

/** Which samples of a line make each sample of the new one, and with what weights. */
export interface Coefficients {
  /** Places for weights that each new sample has; the first `counts[i]` of them are in use. */
  readonly stride: number;
  /** First of the old samples that a new one is made of. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** Fixed point, {@link PRECISION_BITS} behind it: `stride` of them for each new sample. */
  readonly weights: Int32Array;
}

/**
 * The weights of one line. Where it shrinks, the filter is stretched by the same factor: that is its antialiasing.
 *
 * Source: Pillow, src/libImaging/Resample.c; the order of its roundings is part of the result.
 */
export function coefficientsOf(
  from: number,
  to: number,
  interpolation: Exclude<Interpolation, 'nearest'>,
): Coefficients {
  const { support, weight } = FILTERS[interpolation];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const reach = support * stretch;
  const stride = Math.ceil(reach) * 2 + 1;
  const starts = new Int32Array(to);
  const counts = new Int32Array(to);
  const weights = new Int32Array(to * stride);
  const exact = new Float64Array(stride);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(Math.trunc(center - reach + 0.5), 0);
    const count = Math.min(Math.trunc(center + reach + 0.5), from) - start;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += exact[k] = weight((k + start - center + 0.5) * (1 / stretch));
    for (let k = 0; k < count; k++) weights[i * stride + k] = toFixedPoint(sum === 0 ? exact[k]! : exact[k]! / sum);
    starts[i] = start;
    counts[i] = count;
  }
  return { stride, starts, counts, weights };
}

function toFixedPoint(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION_BITS + (weight < 0 ? -0.5 : 0.5));
}
