// Activations of `count` floats, and the gradients of activations. Not-a-number stays what it is.

import { storeFirst } from './lanes';
import { clamp, fma, VECTOR } from './simd';

/** y = x where x > 0, else alpha·x. */
export function leakyRelu(count: i32, alpha: f32, x: usize, y: usize): void {
  const alphas = f32x4.splat(alpha);
  for (; count >= 4; count -= 4) {
    v128.store(y, bent(v128.load(x), alphas));
    x += VECTOR;
    y += VECTOR;
  }
  if (count) storeFirst(y, bent(v128.load(x), alphas), count);
}

// @ts-ignore: decorator
@inline
function bent(x: v128, alpha: v128): v128 {
  return v128.bitselect(x, f32x4.mul(x, alpha), f32x4.gt(x, f32x4.splat(0)));
}

/** dx = dy where 0 < x ≤ high, dy·nan where x is not a number, else dy·outside. */
export function reluGradient(
  count: i32, high: f32, outside: f32, nan: f32, x: usize, dy: usize, dx: usize,
): void {
  const highs = f32x4.splat(high);
  const outsides = f32x4.splat(outside);
  const nans = f32x4.splat(nan);
  for (; count >= 4; count -= 4) {
    v128.store(dx, f32x4.mul(v128.load(dy), reluSlope(v128.load(x), highs, outsides, nans)));
    x += VECTOR;
    dy += VECTOR;
    dx += VECTOR;
  }
  if (count) storeFirst(dx, f32x4.mul(v128.load(dy), reluSlope(v128.load(x), highs, outsides, nans)), count);
}

// @ts-ignore: decorator
@inline
function reluSlope(x: v128, high: v128, outside: v128, nan: v128): v128 {
  const inside = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.le(x, high));
  return v128.bitselect(f32x4.splat(1), v128.bitselect(outside, nan, f32x4.eq(x, x)), inside);
}

/** dx = dy·y·(1 - y), y the sigmoid. */
export function sigmoidGradient(count: i32, y: usize, dy: usize, dx: usize): void {
  for (; count >= 4; count -= 4) {
    v128.store(dx, f32x4.mul(v128.load(dy), sigmoidSlope(v128.load(y))));
    y += VECTOR;
    dy += VECTOR;
    dx += VECTOR;
  }
  if (count) storeFirst(dx, f32x4.mul(v128.load(dy), sigmoidSlope(v128.load(y))), count);
}

// @ts-ignore: decorator
@inline
function sigmoidSlope(y: v128): v128 {
  return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y));
}

/** y = x·sigmoid(x): SiLU, swish. */
export function swish(count: i32, x: usize, y: usize): void {
  for (; count >= 4; count -= 4) {
    const value = v128.load(x);
    v128.store(y, f32x4.mul(value, sigmoid(value)));
    x += VECTOR;
    y += VECTOR;
  }
  if (count) storeFirst(y, f32x4.mul(v128.load(x), sigmoid(v128.load(x))), count);
}

/** dx = dy·s·(1 + x·(1 - s)), s the sigmoid of x. */
export function swishGradient(count: i32, x: usize, dy: usize, dx: usize): void {
  for (; count >= 4; count -= 4) {
    v128.store(dx, f32x4.mul(v128.load(dy), swishSlope(v128.load(x))));
    x += VECTOR;
    dy += VECTOR;
    dx += VECTOR;
  }
  if (count) storeFirst(dx, f32x4.mul(v128.load(dy), swishSlope(v128.load(x))), count);
}

// @ts-ignore: decorator
@inline
function swishSlope(x: v128): v128 {
  const one = f32x4.splat(1);
  const s = sigmoid(x);
  return f32x4.mul(s, fma(x, f32x4.sub(one, s), one));
}

/**
 * 1 / (1 + exp(-x)), within 3 units in the last place; 0 below -87, where floats end.
 *
 * With t = -x, exp(t) is 2ⁿ·exp(r), n = round(t / ln 2), ln 2 in two parts (Cody and Waite). Adding 1.5·2²³ rounds,
 * and leaves n in the lowest bits; with another 127 they are the exponent of 2ⁿ. exp(r) = 1 + r + r²/2 + r³·q(r), q the
 * cubic through the Chebyshev nodes of |r| ≤ ln 2 / 2.
 */
// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const shift = f32x4.splat(12583039);
  const t = clamp(f32x4.neg(x), f32x4.splat(-87), f32x4.splat(87));
  const shifted = fma(t, f32x4.splat(1.4426950408889634), shift);
  const n = f32x4.sub(shifted, shift);
  const r = fma(n, f32x4.splat(2.12194440e-4), fma(n, f32x4.splat(-0.693359375), t));
  let p = fma(r, f32x4.splat(0.001391874), f32x4.splat(0.008357224));
  p = fma(p, r, f32x4.splat(0.041666622));
  p = fma(p, r, f32x4.splat(0.166666308));
  p = fma(p, r, f32x4.splat(0.5));
  p = fma(p, r, one);
  p = fma(p, r, one);
  const result = f32x4.div(one, fma(p, i32x4.shl(shifted, 23), one));
  return v128.andnot(result, f32x4.lt(x, f32x4.splat(-87)));
}

/** y = slope·x + offset within [0, 1]. */
export function hardSigmoid(count: i32, slope: f32, offset: f32, x: usize, y: usize): void {
  const slopes = f32x4.splat(slope);
  const offsets = f32x4.splat(offset);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (; count >= 4; count -= 4) {
    v128.store(y, clamp(fma(v128.load(x), slopes, offsets), zero, one));
    x += VECTOR;
    y += VECTOR;
  }
  if (count) storeFirst(y, clamp(fma(v128.load(x), slopes, offsets), zero, one), count);
}

/** dx = slope·dy where slope·x + offset lies within [0, 1], else 0. */
export function hardSigmoidGradient(count: i32, slope: f32, offset: f32, x: usize, dy: usize, dx: usize): void {
  const slopes = f32x4.splat(slope);
  const offsets = f32x4.splat(offset);
  for (; count >= 4; count -= 4) {
    v128.store(dx, v128.and(f32x4.mul(v128.load(dy), slopes), insideUnit(fma(v128.load(x), slopes, offsets))));
    x += VECTOR;
    dy += VECTOR;
    dx += VECTOR;
  }
  if (!count) return;
  const d = v128.and(f32x4.mul(v128.load(dy), slopes), insideUnit(fma(v128.load(x), slopes, offsets)));
  storeFirst(dx, d, count);
}

// @ts-ignore: decorator
@inline
function insideUnit(x: v128): v128 {
  return v128.and(f32x4.ge(x, f32x4.splat(0)), f32x4.le(x, f32x4.splat(1)));
}

/** y = x·(x/6 + 1/2 within [0, 1]) (Howard et al. 2019, section 5.2). */
export function hardSwish(count: i32, x: usize, y: usize): void {
  for (; count >= 4; count -= 4) {
    v128.store(y, f32x4.mul(v128.load(x), hardGate(v128.load(x))));
    x += VECTOR;
    y += VECTOR;
  }
  if (count) storeFirst(y, f32x4.mul(v128.load(x), hardGate(v128.load(x))), count);
}

// @ts-ignore: decorator
@inline
function hardGate(x: v128): v128 {
  const line = fma(x, f32x4.splat(1 / 6.0), f32x4.splat(0.5));
  return clamp(line, f32x4.splat(0), f32x4.splat(1));
}

/** dx = dy·(x/3 + 1/2) where |x| ≤ 3, dy above, 0 below. */
export function hardSwishGradient(count: i32, x: usize, dy: usize, dx: usize): void {
  for (; count >= 4; count -= 4) {
    v128.store(dx, f32x4.mul(v128.load(dy), hardSwishSlope(v128.load(x))));
    x += VECTOR;
    dy += VECTOR;
    dx += VECTOR;
  }
  if (count) storeFirst(dx, f32x4.mul(v128.load(dy), hardSwishSlope(v128.load(x))), count);
}

// @ts-ignore: decorator
@inline
function hardSwishSlope(x: v128): v128 {
  const line = fma(x, f32x4.splat(1 / 3.0), f32x4.splat(0.5));
  const low = v128.bitselect(f32x4.splat(0), line, f32x4.lt(x, f32x4.splat(-3)));
  return v128.bitselect(f32x4.splat(1), low, f32x4.gt(x, f32x4.splat(3)));
}
