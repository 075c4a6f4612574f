// Vectors at the end of a row, and sums in doubles.
//
// A row's last vector is loaded whole (inputs may be read past their end) but stored lane by lane (outputs may not).

import { floats, VECTOR } from './simd';

/** Stores the first `count` lanes, 1 to 3 of them. */
export function storeFirst(address: usize, value: v128, count: i32): void {
  store<f32>(address, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(address, f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(address, f32x4.extract_lane(value, 2), 8);
}

/** Stores a vector, or what of it lies within the row's `rest` floats. */
// @ts-ignore: decorator
@inline
export function storeWithin(address: usize, value: v128, rest: i32): void {
  if (rest >= 4) v128.store(address, value);
  else storeFirst(address, value, rest);
}

/** The upper two lanes as doubles. */
// @ts-ignore: decorator
@inline
export function promoteHigh(value: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3));
}

/** Adds four floats to four doubles. */
// @ts-ignore: decorator
@inline
export function accumulate(sums: usize, value: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(value)));
  v128.store(sums, f64x2.add(v128.load(sums, 16), promoteHigh(value)), 16);
}

/** Stores `count` doubles, times a factor, as floats. Reads them in fours. */
export function storeSums(count: i32, sums: usize, factor: f64, y: usize): void {
  const factors = f64x2.splat(factor);
  for (; count > 0; count -= 4) {
    const low = f32x4.demote_f64x2_zero(f64x2.mul(v128.load(sums), factors));
    const high = f32x4.demote_f64x2_zero(f64x2.mul(v128.load(sums, 16), factors));
    storeWithin(y, v128.shuffle<i32>(low, high, 0, 1, 4, 5), count);
    sums += 2 * VECTOR;
    y += VECTOR;
  }
}

/** Bytes of a double for each of `channels`, rounded up to whole vectors of floats. */
// @ts-ignore: decorator
@inline
export function doubles(channels: i32): usize {
  return floats((channels + 3) & ~3) << 1;
}

/**
 * Rows of a chunk: `size` floats stay in the first-level cache, and no lane sums up so many floats that rounding shows.
 */
// @ts-ignore: decorator
@inline
export function chunkRows(channels: i32, size: i32): i32 {
  return max(8, min(256, size / channels));
}
