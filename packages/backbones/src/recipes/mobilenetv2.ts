import { defineRecipe } from '@senet/core/graph';

const SE = { type: 'se', ratio: 4, rounding: { divisor: 8, limit: 0.9 } } as const;

export const mobilenetv2Recipes = [
  defineRecipe({ name: 'mobilenetv2_100', summary: 'MobileNetV2', timm: true, config: { backbone: 'mobilenetv2' } }),
  defineRecipe({ name: 'mobilenetv2_050', timm: true, config: { backbone: { type: 'mobilenetv2', width: 0.5 } } }),
  defineRecipe({ name: 'mobilenetv2_140', timm: true, config: { backbone: { type: 'mobilenetv2', width: 1.4 } } }),
  defineRecipe({
    name: 'se_mobilenetv2_100',
    summary: 'MobileNetV2 with SE where MobileNetV3 has it',
    config: { backbone: 'mobilenetv2', attach: [SE] },
  }),
];
