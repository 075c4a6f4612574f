import { defineBackbone, makeDivisible } from '@senet/core/graph';
import * as z from 'zod';
import { invertedResidual } from '../units/inverted-residual.js';
import { mobileShape, mobileSpec } from './mobile.js';
import { type Scaled, scaledStages } from './scaled-stages.js';

/** expansion, kernel, channels, repeats, stride (Sandler et al. 2018, table 2) */
const STAGES: readonly Scaled[] = [
  [1, 3, 16, 1, 1],
  [6, 3, 24, 2, 2],
  [6, 3, 32, 3, 2],
  [6, 3, 64, 4, 2],
  [6, 3, 96, 3, 1],
  [6, 3, 160, 3, 2],
  [6, 3, 320, 1, 1],
];

/** MobileNetV2 (Sandler et al. 2018), with timm's names. It has no SE of its own; ours goes to `hidden`, as in V3. */
export const mobilenetv2 = defineBackbone({
  type: 'mobilenetv2',
  summary: 'MobileNetV2',
  options: z.object({
    ...mobileShape,
    width: z.number().positive().max(16).default(1).describe('multiplies the channels'),
  }),
  sites: invertedResidual.sites,
  spec: ({ width, ...chosen }) =>
    mobileSpec(
      {
        family: 'mobilenetv2',
        stem: makeDivisible(32 * width),
        activation: 'relu6',
        stages: scaledStages(STAGES, 32, { width, depth: 1, activation: 'relu6' }),
        last: { filters: Math.max(1280, makeDivisible(1280 * width)), as: 'conv_head' },
      },
      chosen,
    ),
});
