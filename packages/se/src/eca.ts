import { channelsOf, defineAttention } from '@senet/core/graph';
import * as z from 'zod';
import { applyGate, beforeGate, GATES } from './gate.js';
import { applySqueeze, SQUEEZES } from './squeeze.js';

/**
 * Efficient Channel Attention (Wang et al., CVPR 2020): a 1-d convolution across the channels' means, without
 * reduction and without bias, in place of the two layers of SE.
 *
 * `[h, w, c]` → `[h, w, c]`; `kernel` weights. timm calls the layer `conv`.
 */
export const eca = defineAttention({
  type: 'eca',
  summary: 'Efficient Channel Attention (CVPR 2020)',
  identity: true,
  options: z.object({
    kernel: z
      .int()
      .min(1)
      .max(255)
      .refine((k) => k % 2 === 1, 'must be odd')
      .optional()
      .describe('in place of the rule with gamma and beta'),
    gamma: z.number().min(0.1).max(64).default(2),
    beta: z.number().min(-64).max(64).default(1),
    gate: z.enum(GATES).default('sigmoid'),
    squeeze: z.enum(SQUEEZES).default('avg'),
  }),
  build(g, x, { kernel, gamma, beta, gate, squeeze }, context) {
    const channels = channelsOf(x);
    const sequence = g.reshape(applySqueeze(g, x, squeeze), [channels, 1], { name: 'sequence' });
    const mixed = g.conv1d(sequence, {
      filters: 1,
      kernel: kernel ?? ecaKernel(channels, gamma, beta),
      bias: false,
      name: 'conv',
      initializers: beforeGate(context, gate),
    });
    const excitation = g.reshape(mixed, [1, 1, channels], { name: 'excitation' });
    return g.multiply([x, applyGate(g, excitation, gate, context)]);
  },
});

/** |log₂(c) / γ + β / γ| truncated, made odd, at least 3 (equation 12; timm's eca.py). */
export function ecaKernel(channels: number, gamma = 2, beta = 1): number {
  const size = Math.trunc(Math.abs(Math.log2(channels) + beta) / gamma);
  return Math.max(size % 2 === 1 ? size : size + 1, 3);
}
