import { ACTIVATIONS, channelsOf, defineAttention } from '@senet/core/graph';
import * as z from 'zod';
import { applyGate, beforeGate, GATES } from './gate.js';
import { reducedChannels, roundingSchema } from './rounding.js';
import { applySqueeze, SQUEEZES } from './squeeze.js';

/**
 * Squeeze-and-Excitation (Hu, Shen, Sun, CVPR 2017, section 3): the channels' means (equation 2) go through two fully
 * connected layers with a bottleneck (equation 3), and a gate scales the channels (equation 4).
 *
 * `[h, w, c]` → `[h, w, c]`; 2 · c · reduced weights, and c + reduced biases. The layers are 1×1 convolutions, called
 * as the family's weights call them: `fc1` and `fc2`, `conv_reduce` and `conv_expand`.
 *
 * @example
 * ```ts
 * const y = se({ ratio: 16 }).apply(x); // x: tf.SymbolicTensor [batch, h, w, c]
 * ```
 */
export const se = defineAttention({
  type: 'se',
  summary: 'Squeeze-and-Excitation (CVPR 2017)',
  identity: true,
  options: z.object({
    ratio: z.number().min(0.01).max(65536).default(16).describe('channels : reduced channels'),
    reduced: z.int().min(1).max(65536).optional().describe('reduced channels, in place of a ratio'),
    rounding: roundingSchema.default({ divisor: 8, limit: 0 }).describe('how channels / ratio becomes a whole number'),
    reduceFrom: z
      .enum(['site', 'blockInput'])
      .default('site')
      .describe("whose channels the ratio divides: EfficientNet's divides the block's input"),
    activation: z
      .enum([...ACTIVATIONS, 'unit'])
      .default('relu')
      .describe("between the two layers; 'unit' takes the unit's own"),
    gate: z.enum(GATES).default('sigmoid'),
    bias: z.boolean().default(true),
    squeeze: z.enum(SQUEEZES).default('avg'),
  }),
  build(g, x, { ratio, reduced: given, rounding, reduceFrom, activation, gate, bias, squeeze }, context) {
    const channels = channelsOf(x);
    const reduced =
      given ?? reducedChannels(channelsOf(reduceFrom === 'site' ? x : context.blockInput), ratio, rounding);
    const { reduce, expand } = context.names;
    let excitation = applySqueeze(g, x, squeeze);
    excitation = g.conv2d(excitation, { filters: reduced, kernel: 1, bias, name: reduce });
    excitation = g.activation(excitation, activation === 'unit' ? context.activation : activation, { name: 'act' });
    excitation = g.conv2d(excitation, {
      filters: channels,
      kernel: 1,
      bias,
      name: expand,
      initializers: beforeGate(context, gate),
    });
    return { output: g.multiply([x, applyGate(g, excitation, gate, context)]), reduced };
  },
});
