// Exponentials, and what is made of them row by row: softmax cross-entropy and the gradient of softmax.
import { storeWithin } from './lanes';
import { clamp, floats, fma, VECTOR } from './simd';

/** 2ⁿ for whole n from -126 to 127. */
// @ts-ignore: decorator
@inline
function power(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** eˣ, to within two units in the last place: x = n·ln 2 + r, and Cephes' polynomial for eʳ. */
// @ts-ignore: decorator
@inline
function exponential(value: v128): v128 {
  const x = clamp(value, f32x4.splat(-104), f32x4.splat(89)); // beyond that 0 and infinity
  const whole = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  const n = i32x4.trunc_sat_f32x4_s(whole), half = i32x4.shr_s(n, 1);
  const r = fma(whole, f32x4.splat(2.12194440e-4), fma(whole, f32x4.splat(-0.693359375), x));
  let p = fma(r, f32x4.splat(1.9875691500e-4), f32x4.splat(1.3981999507e-3));
  p = fma(p, r, f32x4.splat(8.3334519073e-3));
  p = fma(p, r, f32x4.splat(4.1665795894e-2));
  p = fma(p, r, f32x4.splat(1.6666665459e-1));
  p = fma(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(fma(p, f32x4.mul(r, r), r), f32x4.splat(1));
  return f32x4.mul(f32x4.mul(p, power(half)), power(i32x4.sub(n, half)));
}

export function exp(count: i32, x: usize, y: usize): void {
  for (; count > 0; count -= 4) {
    storeWithin(y, exponential(v128.load(x)), count);
    x += VECTOR;
    y += VECTOR;
  }
}

/** All bits of the first `rest` lanes. */
// @ts-ignore: decorator
@inline
function firstLanes(rest: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(rest));
}

// @ts-ignore: decorator
@inline
function total(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

// @ts-ignore: decorator
@inline
function largest(x: v128): f32 {
  return max(max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

/**
 * For every row of logits the softmax, and what its loss is made of: the largest logit, Σ e^(logit - largest),
 * Σ label·(logit - largest), Σ label.
 *
 * @param parts four floats a row
 */
export function softmaxCrossEntropy(
  rows: i32, columns: i32, logits: usize, labels: usize, probabilities: usize, parts: usize,
): void {
  const row = floats(columns);
  for (; rows > 0; rows--) {
    let most = f32x4.splat(-Infinity);
    for (let c = 0; c < columns; c += 4) {
      most = v128.bitselect(f32x4.max(most, v128.load(logits + floats(c))), most, firstLanes(columns - c));
    }
    const shift = largest(most), shifts = f32x4.splat(shift);
    let sum = f32x4.splat(0), dot = sum, weight = sum;
    for (let c = 0; c < columns; c += 4) {
      const at = floats(c), lanes = firstLanes(columns - c);
      const x = f32x4.sub(v128.load(logits + at), shifts), label = v128.and(v128.load(labels + at), lanes);
      const e = exponential(x);
      storeWithin(probabilities + at, e, columns - c);
      sum = f32x4.add(sum, v128.and(e, lanes));
      const used = v128.and(lanes, f32x4.ne(label, f32x4.splat(0))); // 0·∞ is nothing here
      dot = f32x4.add(dot, v128.and(f32x4.mul(label, x), used));
      weight = f32x4.add(weight, label);
    }
    const all = total(sum), share = f32x4.splat(1 / all);
    for (let c = 0; c < columns; c += 4) {
      const at = probabilities + floats(c);
      if (columns - c >= 4) v128.store(at, f32x4.mul(v128.load(at), share));
      else for (let i = c; i < columns; i++) {
        const one = probabilities + floats(i);
        store<f32>(one, load<f32>(one) / all);
      }
    }
    store<f32>(parts, shift); store<f32>(parts, all, 4); store<f32>(parts, total(dot), 8);
    store<f32>(parts, total(weight), 12);
    parts += VECTOR;
    logits += row;
    labels += row;
    probabilities += row;
  }
}

/** dlogits = (probabilities·Σ labels - labels)·dloss, row by row. */
export function softmaxCrossEntropyGradient(
  rows: i32, columns: i32, probabilities: usize, labels: usize, dloss: usize, dlogits: usize,
): void {
  const row = floats(columns);
  for (; rows > 0; rows--) {
    let weight = f32x4.splat(0);
    for (let c = 0; c < columns; c += 4) {
      weight = f32x4.add(weight, v128.and(v128.load(labels + floats(c)), firstLanes(columns - c)));
    }
    const weights = f32x4.splat(total(weight)), d = f32x4.splat(load<f32>(dloss));
    for (let c = 0; c < columns; c += 4) {
      const at = floats(c);
      const x = f32x4.sub(f32x4.mul(v128.load(probabilities + at), weights), v128.load(labels + at));
      storeWithin(dlogits + at, f32x4.mul(x, d), columns - c);
    }
    dloss += 4;
    probabilities += row;
    labels += row;
    dlogits += row;
  }
}

/** dx = y·(dy - Σ y·dy), row by row. */
export function softmaxGradient(rows: i32, columns: i32, y: usize, dy: usize, dx: usize): void {
  const row = floats(columns);
  for (; rows > 0; rows--) {
    let dot = f32x4.splat(0);
    for (let c = 0; c < columns; c += 4) {
      const products = f32x4.mul(v128.load(y + floats(c)), v128.load(dy + floats(c)));
      dot = f32x4.add(dot, v128.and(products, firstLanes(columns - c)));
    }
    const sum = f32x4.splat(total(dot));
    for (let c = 0; c < columns; c += 4) {
      const at = floats(c);
      storeWithin(dx + at, f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), sum)), columns - c);
    }
    y += row;
    dy += row;
    dx += row;
  }
}
