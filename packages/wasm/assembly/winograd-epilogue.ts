// What becomes of a transform's outputs: those of one axis stay as they are; those of both are the convolution's, to which
// a bias and bounds belong. Which one travels as a type.
import { clamp } from './simd';

export type Raw = i8;
export type Finished = i16;

// @ts-ignore: decorator
@inline
export function hasEpilogue<E>(): bool {
  return sizeof<E>() == sizeof<Finished>();
}

/** The value itself, or clamp(bias + value). */
// @ts-ignore: decorator
@inline
export function finish<E>(value: v128, bias: v128, low: v128, high: v128): v128 {
  return hasEpilogue<E>() ? clamp(f32x4.add(bias, value), low, high) : value;
}
