import type { Padding, Window } from '@senet/core/graph';
import fc from 'fast-check';

const small = (max: number, min = 0) => fc.integer({ min, max });
const pair = (max: number) => fc.tuple(small(max, 1), small(max, 1));

const padding: fc.Arbitrary<Padding> = fc.oneof(
  fc.constantFrom('valid' as const, 'same' as const),
  small(3).map((p) => [p, p, p, p] as const),
  fc.tuple(small(3), small(3), small(3), small(3)),
);

/** Sliding windows of every kind; `dilated` ones have stride 1, as TensorFlow.js wants it. */
export function arbitraryWindow({ dilated = false } = {}): fc.Arbitrary<Required<Window>> {
  return fc.record({
    kernel: pair(5),
    strides: dilated ? fc.constant([1, 1] as const) : pair(4),
    dilation: dilated ? pair(3) : fc.constant([1, 1] as const),
    padding,
    ceil: fc.constant(false),
  });
}

/** Windows of pools: rounded up or not, none of them on padding alone. */
export function arbitraryPoolWindow(): fc.Arbitrary<Required<Window>> {
  return fc.tuple(arbitraryWindow(), fc.boolean()).map(([window, ceil]) => {
    const below = (amount: number, side: number) => Math.min(amount, window.kernel[side < 2 ? 0 : 1] - 1);
    const padding = typeof window.padding === 'string' ? window.padding : (window.padding.map(below) as never);
    return { ...window, padding, ceil };
  });
}
