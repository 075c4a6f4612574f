// The one-dimensional transforms of F(2, 3): two outputs of a filter of three taps with four multiplications instead of
// six. Points 0, ±1, ∞; matrices from Lavin & Gray (arXiv:1509.09308), section 4.1. Only sums and halves. Each
// reads vectors `step` bytes apart, and writes vectors `toStep` bytes apart.
import { finish } from './winograd-epilogue';

/**
 * Four inputs to the four points: Bᵀd.
 *
 *     1  0 −1  0
 *     0  1  1  0
 *     0 −1  1  0
 *     0  1  0 −1
 */
// @ts-ignore: decorator
@inline
export function input2(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from), d1 = v128.load(from + step), d2 = v128.load(from + 2 * step), d3 = v128.load(from + 3 * step);
  v128.store(to, f32x4.sub(d0, d2));
  v128.store(to + toStep, f32x4.add(d1, d2));
  v128.store(to + 2 * toStep, f32x4.sub(d2, d1));
  v128.store(to + 3 * toStep, f32x4.sub(d1, d3));
}

/**
 * Three taps to the four points: Gg.
 *
 *      1    0    0
 *     1/2  1/2  1/2
 *     1/2 −1/2  1/2
 *      0    0    1
 */
// @ts-ignore: decorator
@inline
export function filter2(from: usize, step: usize, to: usize, toStep: usize): void {
  const half = f32x4.splat(0.5);
  const g0 = v128.load(from), g1 = v128.load(from + step), g2 = v128.load(from + 2 * step);
  const even = f32x4.add(g0, g2);
  v128.store(to, g0);
  v128.store(to + toStep, f32x4.mul(half, f32x4.add(even, g1)));
  v128.store(to + 2 * toStep, f32x4.mul(half, f32x4.sub(even, g1)));
  v128.store(to + 3 * toStep, g2);
}

/**
 * Four points to two outputs: Aᵀm.
 *
 *     1  1  1  0
 *     0  1 −1 −1
 *
 * @param bias, low, high see `finish`
 */
// @ts-ignore: decorator
@inline
export function output2<E>(from: usize, step: usize, to: usize, toStep: usize, bias: v128, low: v128, high: v128): void {
  const m0 = v128.load(from), m1 = v128.load(from + step), m2 = v128.load(from + 2 * step), m3 = v128.load(from + 3 * step);
  v128.store(to, finish<E>(f32x4.add(m0, f32x4.add(m1, m2)), bias, low, high));
  v128.store(to + toStep, finish<E>(f32x4.sub(f32x4.sub(m1, m2), m3), bias, low, high));
}

/** Two outputs' gradients to the four points: A·dy, the transpose of {@link output2}. */
// @ts-ignore: decorator
@inline
export function outputGradient2(from: usize, step: usize, to: usize, toStep: usize): void {
  const y0 = v128.load(from), y1 = v128.load(from + step);
  v128.store(to, y0);
  v128.store(to + toStep, f32x4.add(y0, y1));
  v128.store(to + 2 * toStep, f32x4.sub(y0, y1));
  v128.store(to + 3 * toStep, f32x4.neg(y1));
}

/** The four points' gradients to three taps: Gᵀu, the transpose of {@link filter2}. */
// @ts-ignore: decorator
@inline
export function filterGradient2(from: usize, step: usize, to: usize, toStep: usize): void {
  const half = f32x4.splat(0.5);
  const u0 = v128.load(from), u1 = v128.load(from + step), u2 = v128.load(from + 2 * step), u3 = v128.load(from + 3 * step);
  const even = f32x4.mul(half, f32x4.add(u1, u2));
  v128.store(to, f32x4.add(u0, even));
  v128.store(to + toStep, f32x4.mul(half, f32x4.sub(u1, u2)));
  v128.store(to + 2 * toStep, f32x4.add(even, u3));
}
