import { makeDivisible } from '@senet/core/graph';
import * as z from 'zod';

/**
 * How many channels a squeeze keeps is rounded in a different way by every family; with the wrong rule no published
 * weights load.
 *
 * - `floor`: ⌊channels / ratio⌋ (the paper's Caffe networks, Keras programs)
 * - `round`: to the nearest, halves to even as Python does (mobilenetv3_rw, EfficientNet)
 * - `{ divisor, limit, min }`: make_divisible (timm, TensorFlow slim): to the nearest multiple of `divisor`, at least
 *   `min` (by default the divisor), and one multiple more where that falls below `limit` times the exact value
 */
export const roundingSchema = z.union([
  z.enum(['floor', 'round']),
  z.strictObject({
    divisor: z.int().min(1).max(4096),
    limit: z.number().min(0).max(1).default(0),
    min: z.int().min(1).max(65536).optional(),
  }),
]);

export type Rounding = z.output<typeof roundingSchema>;

/**
 * Channels after a squeeze of `channels` by `ratio`, at least 1.
 *
 * @example
 * ```ts
 * reducedChannels(64, 16, { divisor: 8, limit: 0 });  // 8, as in timm's seresnet18
 * reducedChannels(64, 16, 'floor');                   // 4, as in legacy_seresnet18
 * reducedChannels(72, 4, { divisor: 8, limit: 0.9 }); // 24, as in MobileNetV3
 * ```
 */
export function reducedChannels(channels: number, ratio: number, rounding: Rounding): number {
  const exact = channels / ratio;
  if (rounding === 'floor') return Math.max(1, Math.floor(exact));
  if (rounding === 'round') return Math.max(1, roundHalfToEven(exact));
  return makeDivisible(exact, rounding.divisor, rounding.limit, rounding.min);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
