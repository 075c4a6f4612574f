import * as z from 'zod';

export const dropPath = z.number().min(0).lt(1).default(0);

/** What residual units can have for training; all of it is off by default. */
export const regularizationShape = {
  dropPath: dropPath.describe('stochastic depth: share of the samples whose branch is dropped'),
  dropBlock: z
    .strictObject({
      rate: z.number().min(0).lt(1),
      size: z.int().min(1).max(63).default(7),
      gammaScale: z.number().positive().default(1),
    })
    .optional()
    .describe('DropBlock after the spatial normalization'),
};
