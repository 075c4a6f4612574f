import * as z from 'zod';

/** Options that several families have. */
export const width = z.number().positive().max(16).default(1).describe('multiplies the channels');
export const depth = z.number().positive().max(16).default(1).describe('multiplies the units of each stage');
export const outputStride = z
  .union([z.literal(8), z.literal(16), z.literal(32)])
  .optional()
  .describe('strides beyond this reduction become dilations, as timm does it; by default none do');
export const dropPath = z.number().min(0).lt(1).default(0);
