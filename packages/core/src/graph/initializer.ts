import type { Layout } from './parameter.js';
import { staticSize } from './shape.js';

/** How a parameter starts, as data: resolved numbers, so that every target draws the same values. */
export type Initializer =
  | { readonly type: 'constant'; readonly value: number }
  | { readonly type: 'normal'; readonly std: number }
  | { readonly type: 'truncated-normal'; readonly std: number }
  | { readonly type: 'uniform'; readonly bound: number };

export const zeros: Initializer = { type: 'constant', value: 0 };
export const ones: Initializer = { type: 'constant', value: 1 };

/** Inputs that one output value sums over. */
export function fanIn(shape: readonly number[], layout: Layout): number {
  if (layout === 'HWCM') return staticSize(shape.slice(0, 2));
  return staticSize(shape.slice(0, -1));
}

/** Outputs that one input value reaches. */
export function fanOut(shape: readonly number[], layout: Layout): number {
  if (layout === 'HWCM') return staticSize(shape.slice(0, 2)) * shape[3]!;
  return staticSize(shape.slice(0, -2)) * shape.at(-1)!;
}

/** He et al. 2015, equation 14, on the outputs: normal with variance 2 / fan out. timm's choice for convolutions. */
export function kaimingNormal(shape: readonly number[], layout: Layout): Initializer {
  return { type: 'normal', std: Math.sqrt(2 / fanOut(shape, layout)) };
}

/** PyTorch's default for dense layers and biases: uniform within ±1 / √(fan in). */
export function torchUniform(inputs: number): Initializer {
  return { type: 'uniform', bound: 1 / Math.sqrt(Math.max(1, inputs)) };
}
