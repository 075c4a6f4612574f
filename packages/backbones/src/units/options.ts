import { ACTIVATIONS, type Pair } from '@senet/core/graph';
import * as z from 'zod';

/** Bounds that every family shares: wide enough for any network, narrow enough that a typo does not fill the memory. */
export const channels = z.int().min(1).max(65536);
export const stride = z.int().min(1).max(8);
/** One number, or `[height, width]`: text lines are long, and often keep their width. */
export const strides = z.union([stride, z.tuple([stride, stride])], {
  error: 'must be a whole number from 1 to 8, or two: [height, width]',
});
export const dilation = z.int().min(1).max(64);
export const kernel = z.int().min(1).max(63);
export const oddKernel = kernel.refine((size) => size % 2 === 1, 'must be odd');
export const activation = z.enum(ACTIVATIONS);
export const epsilon = z.number().positive().max(1);

/** Whether a window that moves by these strides keeps height and width. */
export function keepsSize(strides: number | Pair): boolean {
  return [strides].flat().every((stride) => stride === 1);
}
