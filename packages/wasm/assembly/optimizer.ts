// One step of an optimizer for one variable, in one pass. The new values go to new tensors: tfjs and its XNNPACK hold
// on to what they made of a tensor, so a weight never changes in place.
import { fma, VECTOR } from './simd';
import { storeWithin } from './lanes';

/** value + rate·gradient; the rate is negative. */
export function sgd(count: i32, rate: f32, value: usize, gradient: usize, newValue: usize): void {
  const r = f32x4.splat(rate);
  for (; count > 0; count -= 4) {
    storeWithin(newValue, fma(r, v128.load(gradient), v128.load(value)), count);
    value += VECTOR;
    gradient += VECTOR;
    newValue += VECTOR;
  }
}

/** a' = momentum·a + gradient; value + rate·a', with Nesterov's value + rate·(gradient + momentum·a'). */
export function momentum(
  count: i32, rate: f32, momentum: f32, nesterov: bool, value: usize, gradient: usize, sum: usize,
  newValue: usize, newSum: usize,
): void {
  const r = f32x4.splat(rate), m = f32x4.splat(momentum);
  for (; count > 0; count -= 4) {
    const g = v128.load(gradient), a = fma(m, v128.load(sum), g);
    storeWithin(newSum, a, count);
    storeWithin(newValue, fma(r, nesterov ? fma(m, a, g) : a, v128.load(value)), count);
    value += VECTOR;
    gradient += VECTOR;
    sum += VECTOR;
    newValue += VECTOR;
    newSum += VECTOR;
  }
}

/**
 * m' = β₁·m + (1 - β₁)·g, v' = β₂·v + (1 - β₂)·g²; keep·value + rate·(m' / bias₁) / (√(v' / bias₂) + ε).
 *
 * @param rest1, rest2 1 - β, as the caller rounds it
 * @param bias1, bias2 1 - βᵗ
 * @param keep what decay leaves of the value: 1 without
 */
export function adam(
  count: i32, rate: f32, beta1: f32, beta2: f32, rest1: f32, rest2: f32, bias1: f32, bias2: f32,
  epsilon: f32, keep: f32,
  value: usize, gradient: usize, first: usize, second: usize, newValue: usize, newFirst: usize, newSecond: usize,
): void {
  for (; count > 0; count -= 4) {
    const g = v128.load(gradient);
    const m = fma(f32x4.splat(beta1), v128.load(first), f32x4.mul(f32x4.splat(rest1), g));
    const v = fma(f32x4.splat(beta2), v128.load(second), f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g)));
    const root = f32x4.add(f32x4.sqrt(f32x4.div(v, f32x4.splat(bias2))), f32x4.splat(epsilon));
    const step = f32x4.div(f32x4.div(m, f32x4.splat(bias1)), root);
    storeWithin(newFirst, m, count);
    storeWithin(newSecond, v, count);
    storeWithin(newValue, fma(f32x4.splat(rate), step, f32x4.mul(f32x4.splat(keep), v128.load(value))), count);
    value += VECTOR;
    gradient += VECTOR;
    first += VECTOR;
    second += VECTOR;
    newValue += VECTOR;
    newFirst += VECTOR;
    newSecond += VECTOR;
  }
}

/** m' = β₁·m + (1 - β₁)·g, u' = max(β₂·u, |g|); value + rate·m' / (u' + ε). */
export function adamax(
  count: i32, rate: f32, beta1: f32, beta2: f32, rest1: f32, epsilon: f32,
  value: usize, gradient: usize, first: usize, norm: usize, newValue: usize, newFirst: usize, newNorm: usize,
): void {
  for (; count > 0; count -= 4) {
    const g = v128.load(gradient);
    const m = fma(f32x4.splat(beta1), v128.load(first), f32x4.mul(f32x4.splat(rest1), g));
    const u = f32x4.max(f32x4.mul(f32x4.splat(beta2), v128.load(norm)), f32x4.abs(g));
    const step = f32x4.div(m, f32x4.add(u, f32x4.splat(epsilon)));
    storeWithin(newFirst, m, count);
    storeWithin(newNorm, u, count);
    storeWithin(newValue, fma(f32x4.splat(rate), step, v128.load(value)), count);
    value += VECTOR;
    gradient += VECTOR;
    first += VECTOR;
    norm += VECTOR;
    newValue += VECTOR;
    newFirst += VECTOR;
    newNorm += VECTOR;
  }
}

/**
 * s' = ρ·s + (1 - ρ)·g², b' = momentum·b + rate·g / √(s' + ε); value - b'.
 * Centered, with the mean c' = ρ·c + (1 - ρ)·g, the root is √(s' - (c'² + ε)).
 */
export function rmsprop(
  count: i32, centered: bool, rate: f32, decay: f32, rest: f32, momentum: f32, epsilon: f32,
  value: usize, gradient: usize, square: usize, moment: usize, mean: usize,
  newValue: usize, newSquare: usize, newMoment: usize, newMean: usize,
): void {
  const rho = f32x4.splat(decay), other = f32x4.splat(rest), e = f32x4.splat(epsilon);
  for (; count > 0; count -= 4) {
    const g = v128.load(gradient);
    const s = fma(rho, v128.load(square), f32x4.mul(other, f32x4.mul(g, g)));
    let root: v128;
    if (centered) {
      const c = fma(rho, v128.load(mean), f32x4.mul(other, g));
      storeWithin(newMean, c, count);
      root = f32x4.sub(s, f32x4.add(f32x4.mul(c, c), e));
      mean += VECTOR;
      newMean += VECTOR;
    } else {
      root = f32x4.add(s, e);
    }
    const step = f32x4.div(f32x4.mul(f32x4.splat(rate), g), f32x4.sqrt(root));
    const b = fma(f32x4.splat(momentum), v128.load(moment), step);
    storeWithin(newSquare, s, count);
    storeWithin(newMoment, b, count);
    storeWithin(newValue, f32x4.sub(v128.load(value), b), count);
    value += VECTOR;
    gradient += VECTOR;
    square += VECTOR;
    moment += VECTOR;
    newValue += VECTOR;
    newSquare += VECTOR;
    newMoment += VECTOR;
  }
}
