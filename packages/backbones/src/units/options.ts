import { ACTIVATIONS } from '@senet/core/graph';
import * as z from 'zod';

/** Bounds that every family shares: wide enough for any network, narrow enough that a typo does not fill the memory. */
export const channels = z.int().min(1).max(65536);
export const stride = z.int().min(1).max(8);
export const kernel = z.int().min(1).max(63);
export const oddKernel = kernel.refine((size) => size % 2 === 1, 'must be odd');
export const activation = z.enum(ACTIVATIONS);
export const epsilon = z.number().positive().max(1);
