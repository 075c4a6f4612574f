import { type AttentionContext, channelsOf, defineAttention, type GraphBuilder, type Node } from '@senet/core/graph';
import * as z from 'zod';
import { applyGate, beforeGate, GATES, type Gate } from './gate.js';
import { reducedChannels, roundingSchema } from './rounding.js';

/**
 * Convolutional Block Attention Module (Woo et al., ECCV 2018): a channel gate from the mean and the maximum through
 * one shared MLP (equation 2), then a spatial gate from a convolution over the channels' mean and maximum (equation 3).
 *
 * `[h, w, c]` → `[h, w, c]`; the MLP has 2 · c · reduced weights, the spatial gate 2 · kernel² and a batch
 * normalization of one channel. Names as in timm: `channel.fc1`, `channel.fc2`, `spatial.conv.conv`, `spatial.conv.bn`.
 */
export const cbam = defineAttention({
  type: 'cbam',
  summary: 'Convolutional Block Attention Module (ECCV 2018)',
  identity: true,
  options: z.object({
    ratio: z.number().min(0.01).max(65536).default(16).describe('channels : reduced channels'),
    reduced: z.int().min(1).max(65536).optional().describe('reduced channels, in place of a ratio'),
    rounding: roundingSchema.default({ divisor: 1, limit: 0 }),
    kernel: z
      .int()
      .min(1)
      .max(63)
      .refine((k) => k % 2 === 1, 'must be odd')
      .default(7)
      .describe('of the spatial gate'),
    gate: z.enum(GATES).default('sigmoid'),
    bias: z.boolean().default(false).describe('of the shared MLP'),
    epsilon: z.number().positive().max(1).default(1e-5).describe("of the spatial gate's batch normalization"),
  }),
  build(g, x, { ratio, reduced: given, rounding, kernel, gate, bias, epsilon }, context) {
    const reduced = given ?? reducedChannels(channelsOf(x), ratio, rounding);
    const channel = g.scope('channel', () => channelGate(g, x, { reduced, bias, gate }, context));
    const refined = g.multiply([x, channel], { name: 'channel' });
    const spatial = g.scope('spatial', () => spatialGate(g, refined, { kernel, epsilon, gate }, context));
    return { output: g.multiply([refined, spatial]), reduced };
  },
});

function channelGate(
  g: GraphBuilder,
  x: Node,
  options: { reduced: number; bias: boolean; gate: Gate },
  context: AttentionContext,
): Node {
  const { reduced, bias, gate } = options;
  const initializers = beforeGate(context, gate);
  const mean = g.reduce(x, { kind: 'mean', name: 'avg' });
  const max = g.reduce(x, { kind: 'max', name: 'max' });
  const fc1 = g.conv2d(mean, { filters: reduced, kernel: 1, bias, name: 'fc1' });
  const fc2 = g.conv2d(g.relu(fc1, { name: 'act' }), {
    filters: channelsOf(x),
    kernel: 1,
    bias,
    name: 'fc2',
    initializers,
  });
  const fc1Max = g.conv2d(max, { filters: reduced, kernel: 1, bias, name: 'fc1_max', share: fc1 });
  const actMax = g.relu(fc1Max, { name: 'act_max' });
  const fc2Max = g.conv2d(actMax, { filters: channelsOf(x), kernel: 1, bias, name: 'fc2_max', share: fc2 });
  return applyGate(g, g.add([fc2, fc2Max], { name: 'sum' }), gate, context);
}

function spatialGate(
  g: GraphBuilder,
  x: Node,
  options: { kernel: number; epsilon: number; gate: Gate },
  context: AttentionContext,
): Node {
  const { kernel, epsilon, gate } = options;
  const initializers = beforeGate(context, gate);
  const mean = g.reduce(x, { kind: 'mean', over: 'channels', name: 'avg' });
  const max = g.reduce(x, { kind: 'max', over: 'channels', name: 'max' });
  const maps = g.concatenate([mean, max], { name: 'maps' });
  const p = (kernel - 1) / 2;
  const mixed = g.conv2d(maps, {
    filters: 1,
    kernel,
    padding: [p, p, p, p],
    bias: false,
    name: 'conv.conv',
    initializers,
  });
  return applyGate(g, g.batchNormalization(mixed, { epsilon, name: 'conv.bn' }), gate, context);
}
