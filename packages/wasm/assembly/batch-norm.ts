// Batch normalization: statistics of channels, the affine map, and their gradients.
//
// x is [rows][channels]. Sums run in floats over a chunk of rows that stays in the first-level cache, and in doubles
// over chunks, so that their error does not grow with the number of rows. Vectors of doubles hold a multiple of 4
// channels.

import { accumulate, chunkRows, doubles, promoteHigh, storeWithin } from './lanes';
import { floats, fma, VECTOR } from './simd';

/**
 * Means of channels, and sums of squared deviations from them: `statistics` is doubles [2][channels].
 *
 * Each chunk has its own mean and deviations, which are merged (Chan, Golub, LeVeque 1979): a variance far smaller than
 * the squared mean loses nothing.
 */
export function channelStatistics(rows: i32, channels: i32, x: usize, statistics: usize): void {
  const row = floats(channels);
  const plane = doubles(channels);
  memory.fill(statistics, 0, plane << 1);
  const chunk = chunkRows(channels, 6144);
  for (let done = 0; done < rows; done += chunk) {
    const count = min(rows - done, chunk);
    const from = x + <usize>done * row;
    const share = <f64>count / <f64>(done + count);
    const weights = f64x2.splat(share);
    const cross = f64x2.splat(share * <f64>done);
    let to = statistics;
    for (let c: usize = 0; c < row; c += VECTOR) {
      const mean = f32x4.mul(columnSum(count, from + c, row), f32x4.splat(1 / <f32>count));
      const squares = columnSquares(count, from + c, row, mean);
      merge(to, plane, f64x2.promote_low_f32x4(mean), f64x2.promote_low_f32x4(squares), weights, cross);
      merge(to + VECTOR, plane, promoteHigh(mean), promoteHigh(squares), weights, cross);
      to += 2 * VECTOR;
    }
  }
}

// @ts-ignore: decorator
@inline
function columnSum(count: i32, from: usize, row: usize): v128 {
  let even = f32x4.splat(0);
  let odd = even;
  for (; count > 1; count -= 2) {
    even = f32x4.add(even, v128.load(from));
    odd = f32x4.add(odd, v128.load(from + row));
    from += row << 1;
  }
  if (count) even = f32x4.add(even, v128.load(from));
  return f32x4.add(even, odd);
}

// @ts-ignore: decorator
@inline
function columnSquares(count: i32, from: usize, row: usize, mean: v128): v128 {
  let even = f32x4.splat(0);
  let odd = even;
  for (; count > 1; count -= 2) {
    const a = f32x4.sub(v128.load(from), mean);
    const b = f32x4.sub(v128.load(from + row), mean);
    even = fma(a, a, even);
    odd = fma(b, b, odd);
    from += row << 1;
  }
  if (count) {
    const a = f32x4.sub(v128.load(from), mean);
    even = fma(a, a, even);
  }
  return f32x4.add(even, odd);
}

/** Joins a chunk's mean and squares to those so far; `weights` is its share of rows, `cross` that times the rest. */
// @ts-ignore: decorator
@inline
function merge(to: usize, plane: usize, mean: v128, squares: v128, weights: v128, cross: v128): void {
  const known = v128.load(to);
  const step = f64x2.sub(mean, known);
  v128.store(to, f64x2.add(known, f64x2.mul(step, weights)));
  const between = f64x2.mul(f64x2.mul(step, step), cross);
  v128.store(to + plane, f64x2.add(v128.load(to + plane), f64x2.add(squares, between)));
}

/**
 * y = (x - center)·scale + offset. The three vectors hold `period` floats, a multiple of 4: the channels, over again.
 */
export function normalize(
  count: i32, period: i32, x: usize, center: usize, scale: usize, offset: usize, y: usize,
): void {
  const block = floats(period);
  for (; count >= period; count -= period) {
    for (let c: usize = 0; c < block; c += VECTOR) {
      v128.store(y + c, normalized(x + c, center + c, scale + c, offset + c));
    }
    x += block;
    y += block;
  }
  for (let c: usize = 0; count > 0; c += VECTOR) {
    storeWithin(y + c, normalized(x + c, center + c, scale + c, offset + c), count);
    count -= 4;
  }
}

// @ts-ignore: decorator
@inline
function normalized(x: usize, center: usize, scale: usize, offset: usize): v128 {
  return fma(f32x4.sub(v128.load(x), v128.load(center)), v128.load(scale), v128.load(offset));
}

/** Sums over rows of dy and of dy·(x - center): `sums` is doubles [2][channels]. */
export function channelGradientSums(
  rows: i32, channels: i32, x: usize, dy: usize, center: usize, sums: usize,
): void {
  const row = floats(channels);
  const plane = doubles(channels);
  memory.fill(sums, 0, plane << 1);
  const chunk = chunkRows(channels, 3072);
  for (let done = 0; done < rows; done += chunk) {
    const count = min(rows - done, chunk);
    const offset = <usize>done * row;
    let to = sums;
    for (let c: usize = 0; c < row; c += VECTOR) {
      const mean = v128.load(center + c);
      let plain = f32x4.splat(0);
      let product = plain;
      let a = x + offset + c;
      let b = dy + offset + c;
      for (let i = count; i > 0; i--) {
        const d = v128.load(b);
        plain = f32x4.add(plain, d);
        product = fma(d, f32x4.sub(v128.load(a), mean), product);
        a += row;
        b += row;
      }
      accumulate(to, plain);
      accumulate(to + plane, product);
      to += 2 * VECTOR;
    }
  }
}

/** dx = dy·scale + (x - center)·slope + offset, with vectors of `period` floats as {@link normalize} has. */
export function normalizeGradient(
  count: i32, period: i32, x: usize, dy: usize, center: usize, scale: usize, slope: usize, offset: usize, dx: usize,
): void {
  const block = floats(period);
  for (; count >= period; count -= period) {
    for (let c: usize = 0; c < block; c += VECTOR) {
      const own = normalized(x + c, center + c, slope + c, offset + c);
      v128.store(dx + c, fma(v128.load(dy + c), v128.load(scale + c), own));
    }
    x += block;
    dy += block;
    dx += block;
  }
  for (let c: usize = 0; count > 0; c += VECTOR) {
    const own = normalized(x + c, center + c, slope + c, offset + c);
    storeWithin(dx + c, fma(v128.load(dy + c), v128.load(scale + c), own), count);
    count -= 4;
  }
}
