// The one-dimensional transforms of F(4, 3): four outputs of a filter of three taps with six multiplications instead of
// twelve. Toom–Cook's construction (Lavin & Gray, arXiv:1509.09308) over the points 0, ±P, ±Q, ∞. With the usual points,
// 0, ±1, ±2, ∞, the error is two to four times as large: the powers of 2 amplify what the sums have rounded. On the choice
// of points: Barabasz et al., arXiv:1803.10986; P and Q here are the best pair of short fractions we found for 3×3 filters
// over 256 channels. Each transform reads vectors `step` bytes apart, and writes vectors `toStep` bytes apart.
import { fma } from './simd';
import { finish } from './winograd-epilogue';

// Exact in single precision, and so are their powers and products below.
// @ts-ignore: decorator
@inline const P: f32 = 0.75;
// @ts-ignore: decorator
@inline const Q: f32 = 1.5;

// The filter's coefficients: one over the product of a point's distances to the others.
// @ts-ignore: decorator
@inline const AT_ZERO: f32 = <f32>(1.0 / (0.75 * 0.75 * 1.5 * 1.5));
// @ts-ignore: decorator
@inline const AT_P: f32 = <f32>(1.0 / (2 * 0.75 * 0.75 * (0.75 * 0.75 - 1.5 * 1.5)));
// @ts-ignore: decorator
@inline const AT_Q: f32 = <f32>(1.0 / (2 * 1.5 * 1.5 * (1.5 * 1.5 - 0.75 * 0.75)));

/**
 * Six inputs to the six points: Bᵀd.
 *
 *     P²Q²   0   −P²−Q²   0    1   0        (x² − P²)(x² − Q²)
 *      0   −PQ²   −Q²     P    1   0        x(x + P)(x² − Q²)
 *      0    PQ²   −Q²    −P    1   0        x(x − P)(x² − Q²)
 *      0   −P²Q   −P²     Q    1   0        x(x + Q)(x² − P²)
 *      0    P²Q   −P²    −Q    1   0        x(x − Q)(x² − P²)
 *      0   P²Q²    0   −P²−Q²  0   1        x(x² − P²)(x² − Q²)
 */
// @ts-ignore: decorator
@inline
export function input4(from: usize, step: usize, to: usize, toStep: usize): void {
  const p = f32x4.splat(P), q = f32x4.splat(Q), p2 = f32x4.splat(P * P), q2 = f32x4.splat(Q * Q);
  const product = f32x4.splat(P * P * Q * Q), sum = f32x4.splat(P * P + Q * Q);
  const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step), d4 = v128.load(from + 4 * step), d5 = v128.load(from + 5 * step);
  const even1 = f32x4.sub(d4, f32x4.mul(q2, d2)), odd1 = f32x4.mul(p, f32x4.sub(d3, f32x4.mul(q2, d1)));
  const even2 = f32x4.sub(d4, f32x4.mul(p2, d2)), odd2 = f32x4.mul(q, f32x4.sub(d3, f32x4.mul(p2, d1)));
  v128.store(to, fma(product, d0, f32x4.sub(d4, f32x4.mul(sum, d2))));
  v128.store(to + toStep, f32x4.add(even1, odd1));
  v128.store(to + 2 * toStep, f32x4.sub(even1, odd1));
  v128.store(to + 3 * toStep, f32x4.add(even2, odd2));
  v128.store(to + 4 * toStep, f32x4.sub(even2, odd2));
  v128.store(to + 5 * toStep, fma(product, d1, f32x4.sub(d5, f32x4.mul(sum, d3))));
}

/**
 * Three taps to the six points: Gg, the filter's polynomial at each point times the point's coefficient.
 *
 *     z   0   0         z = 1/(P²Q²)
 *     p   pP  pP²       p = 1/(2P²(P² − Q²))
 *     p  −pP  pP²
 *     q   qQ  qQ²       q = 1/(2Q²(Q² − P²))
 *     q  −qQ  qQ²
 *     0   0   1
 */
// @ts-ignore: decorator
@inline
export function filter4(from: usize, step: usize, to: usize, toStep: usize): void {
  const g0 = v128.load(from), g1 = v128.load(from + step), g2 = v128.load(from + 2 * step);
  const even1 = fma(f32x4.splat(AT_P * P * P), g2, f32x4.mul(f32x4.splat(AT_P), g0));
  const even2 = fma(f32x4.splat(AT_Q * Q * Q), g2, f32x4.mul(f32x4.splat(AT_Q), g0));
  const odd1 = f32x4.mul(f32x4.splat(AT_P * P), g1), odd2 = f32x4.mul(f32x4.splat(AT_Q * Q), g1);
  v128.store(to, f32x4.mul(f32x4.splat(AT_ZERO), g0));
  v128.store(to + toStep, f32x4.add(even1, odd1));
  v128.store(to + 2 * toStep, f32x4.sub(even1, odd1));
  v128.store(to + 3 * toStep, f32x4.add(even2, odd2));
  v128.store(to + 4 * toStep, f32x4.sub(even2, odd2));
  v128.store(to + 5 * toStep, g2);
}

/**
 * Six points to four outputs: Aᵀm.
 *
 *     1   1   1   1   1   0
 *     0   P  −P   Q  −Q   0
 *     0   P²  P²  Q²  Q²  0
 *     0   P³ −P³  Q³ −Q³  1
 *
 * @param bias, low, high see `finish`
 */
// @ts-ignore: decorator
@inline
export function output4<E>(from: usize, step: usize, to: usize, toStep: usize, bias: v128, low: v128, high: v128): void {
  const p = f32x4.splat(P), q = f32x4.splat(Q), p2 = f32x4.splat(P * P), q2 = f32x4.splat(Q * Q);
  const m0 = v128.load(from), m1 = v128.load(from + step), m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step), m4 = v128.load(from + 4 * step), m5 = v128.load(from + 5 * step);
  const even1 = f32x4.add(m1, m2), odd1 = f32x4.mul(p, f32x4.sub(m1, m2));
  const even2 = f32x4.add(m3, m4), odd2 = f32x4.mul(q, f32x4.sub(m3, m4));
  v128.store(to, finish<E>(f32x4.add(m0, f32x4.add(even1, even2)), bias, low, high));
  v128.store(to + toStep, finish<E>(f32x4.add(odd1, odd2), bias, low, high));
  v128.store(to + 2 * toStep, finish<E>(fma(q2, even2, f32x4.mul(p2, even1)), bias, low, high));
  v128.store(to + 3 * toStep, finish<E>(fma(q2, odd2, fma(p2, odd1, m5)), bias, low, high));
}

/** Four outputs' gradients to the six points: A·dy, the transpose of {@link output4}. */
// @ts-ignore: decorator
@inline
export function outputGradient4(from: usize, step: usize, to: usize, toStep: usize): void {
  const p = f32x4.splat(P), q = f32x4.splat(Q), p2 = f32x4.splat(P * P), q2 = f32x4.splat(Q * Q);
  const y0 = v128.load(from), y1 = v128.load(from + step), y2 = v128.load(from + 2 * step), y3 = v128.load(from + 3 * step);
  const even1 = fma(p2, y2, y0), odd1 = f32x4.mul(p, fma(p2, y3, y1));
  const even2 = fma(q2, y2, y0), odd2 = f32x4.mul(q, fma(q2, y3, y1));
  v128.store(to, y0);
  v128.store(to + toStep, f32x4.add(even1, odd1));
  v128.store(to + 2 * toStep, f32x4.sub(even1, odd1));
  v128.store(to + 3 * toStep, f32x4.add(even2, odd2));
  v128.store(to + 4 * toStep, f32x4.sub(even2, odd2));
  v128.store(to + 5 * toStep, y3);
}

/** The six points' gradients to three taps: Gᵀu, the transpose of {@link filter4}. */
// @ts-ignore: decorator
@inline
export function filterGradient4(from: usize, step: usize, to: usize, toStep: usize): void {
  const u0 = v128.load(from), u1 = v128.load(from + step), u2 = v128.load(from + 2 * step);
  const u3 = v128.load(from + 3 * step), u4 = v128.load(from + 4 * step), u5 = v128.load(from + 5 * step);
  const even1 = f32x4.mul(f32x4.splat(AT_P), f32x4.add(u1, u2)), even2 = f32x4.mul(f32x4.splat(AT_Q), f32x4.add(u3, u4));
  const odd1 = f32x4.mul(f32x4.splat(AT_P * P), f32x4.sub(u1, u2));
  v128.store(to, fma(f32x4.splat(AT_ZERO), u0, f32x4.add(even1, even2)));
  v128.store(to + toStep, fma(f32x4.splat(AT_Q * Q), f32x4.sub(u3, u4), odd1));
  v128.store(to + 2 * toStep, fma(f32x4.splat(Q * Q), even2, fma(f32x4.splat(P * P), even1, u5)));
}
