import { defineBackbone, makeDivisible } from '@senet/core/graph';
import * as z from 'zod';
import { mobileShape, mobileSpec, type Row } from './mobile.js';
import { depth, width } from './options.js';
import { scaledStages, stage } from './scaled-stages.js';

/** Howard et al. 2017, table 1 */
const STAGES = [
  stage(1, [1, 3, 64, 1]),
  stage(2, [1, 3, 128, 2]),
  stage(2, [1, 3, 256, 2]),
  stage(2, [1, 3, 512, 6]),
  stage(2, [1, 3, 1024, 2]),
];

/**
 * MobileNetV1 (Howard et al. 2017): depthwise separable convolutions without shortcuts (so no drop path), ReLU6 after each half. Names as
 * in timm. It has no SE of its own; ours goes to `hidden`, as in V3.
 */
export const mobilenetv1 = defineBackbone({
  type: 'mobilenetv1',
  summary: 'MobileNetV1',
  options: z
    .object(mobileShape)
    .omit({ dropPath: true })
    .extend({
      width,
      depth,
      headConv: z.boolean().default(false).describe('a 1×1 convolution before the pooling, as in mobilenetv1_100h'),
    }),
  sites: ['input', 'hidden', 'hidden-preact', 'branch', 'output'],
  spec: ({ width, depth, headConv, ...chosen }) =>
    mobileSpec(
      {
        family: 'mobilenetv1',
        stem: makeDivisible(32 * width),
        activation: 'relu6',
        kerasPadding: 'end',
        stages: scaledStages(STAGES, 32, { width, depth, activation: 'relu6' }).map((rows) => rows.map(separable)),
        ...(headConv && { last: { filters: Math.max(1024, makeDivisible(1024 * width)), as: 'conv_head' } }),
      },
      { ...chosen, dropPath: 0 },
    ),
});

function separable(row: Row): Row {
  return { ...row, projectionActivation: 'relu6', residual: false };
}
