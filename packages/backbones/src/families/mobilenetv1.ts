import { defineBackbone, makeDivisible } from '@senet/core/graph';
import * as z from 'zod';
import { mobileShape, mobileSpec, type Row } from './mobile.js';

/** channels, repeats, stride (Howard et al. 2017, table 1) */
const STAGES = [
  [64, 1, 1],
  [128, 2, 2],
  [256, 2, 2],
  [512, 6, 2],
  [1024, 2, 2],
] as const;

/**
 * MobileNetV1 (Howard et al. 2017): depthwise separable convolutions without shortcuts, ReLU6 after each half. Names as
 * in timm. It has no SE of its own; ours goes to `hidden`, as in V3.
 */
export const mobilenetv1 = defineBackbone({
  type: 'mobilenetv1',
  summary: 'MobileNetV1',
  options: z.object({
    ...mobileShape,
    width: z.number().positive().max(16).default(1).describe('multiplies the channels'),
  }),
  sites: ['input', 'hidden', 'hidden-preact', 'branch', 'output'],
  spec: ({ width, ...chosen }) =>
    mobileSpec(
      {
        family: 'mobilenetv1',
        stem: makeDivisible(32 * width),
        activation: 'relu6',
        stages: STAGES.map(([filters, repeats, stride]) =>
          Array.from({ length: repeats }, (_, j) => separable(makeDivisible(filters * width), j === 0 ? stride : 1)),
        ),
      },
      chosen,
    ),
});

function separable(filters: number, stride: number): Row {
  return { kernel: 3, filters, stride, activation: 'relu6', projectionActivation: 'relu6', residual: false };
}
