import { defineRecipe } from '@senet/core/graph';

const input = { shape: [224, 224, 3], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

export const mobilenetv1Recipes = [
  defineRecipe({
    name: 'mobilenetv1_100',
    summary: 'MobileNetV1',
    timm: true,
    config: { backbone: 'mobilenetv1', input },
  }),
  defineRecipe({
    name: 'se_mobilenetv1_100',
    summary: 'MobileNetV1 with SE where MobileNetV3 has it',
    config: {
      backbone: 'mobilenetv1',
      input,
      attach: [{ type: 'se', ratio: 4, rounding: { divisor: 8, limit: 0.9 } }],
    },
  }),
];
