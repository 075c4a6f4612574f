import { defineRecipe } from '@senet/core/graph';

/** SE of MobileNetV3 (section 5.3): a quarter of the expanded channels, rounded to eights, hard sigmoid. */
const SE = { type: 'se', ratio: 4, rounding: { divisor: 8, limit: 0.9 }, gate: 'hard-sigmoid' } as const;

export const mobilenetv3Recipes = [
  defineRecipe({
    name: 'mobilenetv3_small_100',
    summary: 'MobileNetV3-Small',
    timm: true,
    config: { backbone: 'mobilenetv3_small', attach: [{ ...SE, where: { stages: [1, 3, 4, 5] } }] },
  }),
];
