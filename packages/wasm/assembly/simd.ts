// What every kernel counts with: vectors of four floats.
//
// Addresses and strides are bytes, counts are floats or pixels. No kernel may hold a global variable or a constant in
// memory: all of memory belongs to tfjs. So scratch space comes in as an argument.

/** Bytes of a float. */
// @ts-ignore: decorator
@inline export const FLOAT: usize = 4;
/** Bytes of a vector. */
// @ts-ignore: decorator
@inline export const VECTOR: usize = 16;

/** Bytes of `count` floats. */
// @ts-ignore: decorator
@inline
export function floats(count: i32): usize {
  return <usize>count << 2;
}

/** a·b + c: rounded once with relaxed SIMD (where the machine can), twice with plain. */
// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  else return f32x4.add(f32x4.mul(a, b), c);
}

/** x within [low, high]. Not-a-number stays: pmax and pmin return their first operand where the comparison fails. */
// @ts-ignore: decorator
@inline
export function clamp(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/** Fills `bytes` bytes with zero. */
export function zero(address: usize, bytes: usize): void {
  memory.fill(address, 0, bytes);
}
