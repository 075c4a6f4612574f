import { type ActivationName, defineBackbone } from '@senet/core/graph';
import * as z from 'zod';
import { invertedResidual } from '../units/inverted-residual.js';
import { mobileShape, mobileSpec, type Row } from './mobile.js';

/** kernel, expanded channels (none: depthwise separable), channels out, stride */
type Figures = readonly [kernel: number, expanded: number | undefined, filters: number, stride: number];
type Stage = readonly [ActivationName, ...Figures[]];

/** Howard et al. 2019, table 2; stages as timm groups them. */
const SMALL: readonly Stage[] = [
  ['relu', [3, undefined, 16, 2]],
  ['relu', [3, 72, 24, 2], [3, 88, 24, 1]],
  ['hard-swish', [5, 96, 40, 2], [5, 240, 40, 1], [5, 240, 40, 1]],
  ['hard-swish', [5, 120, 48, 1], [5, 144, 48, 1]],
  ['hard-swish', [5, 288, 96, 2], [5, 576, 96, 1], [5, 576, 96, 1]],
];

/** Table 1. */
const LARGE: readonly Stage[] = [
  ['relu', [3, undefined, 16, 1]],
  ['relu', [3, 64, 24, 2], [3, 72, 24, 1]],
  ['relu', [5, 72, 40, 2], [5, 120, 40, 1], [5, 120, 40, 1]],
  ['hard-swish', [3, 240, 80, 2], [3, 200, 80, 1], [3, 184, 80, 1], [3, 184, 80, 1]],
  ['hard-swish', [3, 480, 112, 1], [3, 672, 112, 1]],
  ['hard-swish', [5, 672, 160, 2], [5, 960, 160, 1], [5, 960, 160, 1]],
];

const options = z.object(mobileShape);

/**
 * MobileNetV3 (Howard et al. 2019). Its SE is an attachment of the recipe: the trunk has none. Names and semantics as in
 * timm's mobilenetv3.py.
 */
export const mobilenetv3Small = defineBackbone({
  type: 'mobilenetv3_small',
  summary: 'the trunk of MobileNetV3-Small',
  options,
  sites: invertedResidual.sites,
  spec: (chosen) => mobileSpec(tableOf(SMALL, 576, 1024), chosen),
});

export const mobilenetv3Large = defineBackbone({
  type: 'mobilenetv3_large',
  summary: 'the trunk of MobileNetV3-Large',
  options,
  sites: invertedResidual.sites,
  spec: (chosen) => mobileSpec(tableOf(LARGE, 960, 1280), chosen),
});

function tableOf(stages: readonly Stage[], last: number, afterPool: number) {
  return {
    family: 'mobilenetv3',
    stem: 16,
    activation: 'hard-swish',
    stages: stages.map(([activation, ...rows]) =>
      rows.map(([kernel, expanded, filters, stride]): Row => ({ kernel, expanded, filters, stride, activation })),
    ),
    last: { filters: last, as: 'stage' },
    afterPool,
    semantics: { gate: 'relu6(x + 3) / 6' },
  } as const;
}
