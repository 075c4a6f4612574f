import { defineBackbone, makeDivisible } from '@senet/core/graph';
import * as z from 'zod';
import { invertedResidual } from '../units/inverted-residual.js';
import { mobileShape, mobileSpec } from './mobile.js';
import { depth, width } from './options.js';
import { scaledStages, stage } from './scaled-stages.js';

/** Sandler et al. 2018, table 2 */
const STAGES = [
  stage(1, [1, 3, 16, 1]),
  stage(2, [6, 3, 24, 2]),
  stage(2, [6, 3, 32, 3]),
  stage(2, [6, 3, 64, 4]),
  stage(1, [6, 3, 96, 3]),
  stage(2, [6, 3, 160, 3]),
  stage(1, [6, 3, 320, 1]),
];

/** MobileNetV2 (Sandler et al. 2018), with timm's names. It has no SE of its own; ours goes to `hidden`, as in V3. */
export const mobilenetv2 = defineBackbone({
  type: 'mobilenetv2',
  summary: 'MobileNetV2',
  options: z.object({
    ...mobileShape,
    width,
    depth,
    fixEnds: z
      .boolean()
      .default(false)
      .describe('stem and head keep their channels, the first and last stage their units, as in mobilenetv2_110d'),
  }),
  sites: invertedResidual.sites,
  spec: ({ width, depth, fixEnds, ...chosen }) =>
    mobileSpec(
      {
        family: 'mobilenetv2',
        stem: fixEnds ? 32 : makeDivisible(32 * width),
        activation: 'relu6',
        stages: scaledStages(STAGES, 32, { width, depth, activation: 'relu6', fixEnds }),
        last: { filters: fixEnds ? 1280 : Math.max(1280, makeDivisible(1280 * width)), as: 'conv_head' },
      },
      chosen,
    ),
});
