// One name for the transforms of both tile sizes.
import { filter2, filterGradient2, input2, output2, outputGradient2 } from './winograd2';
import { filter4, filterGradient4, input4, output4, outputGradient4 } from './winograd4';
import { Raw } from './winograd-epilogue';

// The tile's size m travels as a type, sizeof<M>(): so each size is compiled for itself, with the transforms inlined.
export type F2 = i16;
export type F4 = i32;

// @ts-ignore: decorator
@inline
export function points<M>(): i32 {
  return <i32>sizeof<M>() + 2;
}

// @ts-ignore: decorator
@inline
export function input<M>(from: usize, step: usize, to: usize, toStep: usize): void {
  if (sizeof<M>() == 4) input4(from, step, to, toStep);
  else input2(from, step, to, toStep);
}

// @ts-ignore: decorator
@inline
export function filter<M>(from: usize, step: usize, to: usize, toStep: usize): void {
  if (sizeof<M>() == 4) filter4(from, step, to, toStep);
  else filter2(from, step, to, toStep);
}

// @ts-ignore: decorator
@inline
export function output<M>(from: usize, step: usize, to: usize, toStep: usize): void {
  const none = f32x4.splat(0);
  if (sizeof<M>() == 4) output4<Raw>(from, step, to, toStep, none, none, none);
  else output2<Raw>(from, step, to, toStep, none, none, none);
}

/** As {@link output}, of the last axis, and finished. */
// @ts-ignore: decorator
@inline
export function finalOutput<M, E>(from: usize, step: usize, to: usize, toStep: usize, bias: v128, low: v128, high: v128): void {
  if (sizeof<M>() == 4) output4<E>(from, step, to, toStep, bias, low, high);
  else output2<E>(from, step, to, toStep, bias, low, high);
}

// @ts-ignore: decorator
@inline
export function outputGradient<M>(from: usize, step: usize, to: usize, toStep: usize): void {
  if (sizeof<M>() == 4) outputGradient4(from, step, to, toStep);
  else outputGradient2(from, step, to, toStep);
}

// @ts-ignore: decorator
@inline
export function toTaps<M>(from: usize, step: usize, to: usize, toStep: usize): void {
  if (sizeof<M>() == 4) filterGradient4(from, step, to, toStep);
  else filterGradient2(from, step, to, toStep);
}
