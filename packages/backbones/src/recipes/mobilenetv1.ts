import { defineRecipe } from '@senet/core/graph';
import { picturesOf } from './pictures.js';
import { timmRecipes } from './timm.js';

export const mobilenetv1Recipes = [
  ...timmRecipes({
    mobilenetv1_100: { summary: 'MobileNetV1', backbone: 'mobilenetv1' },
    mobilenetv1_100h: { backbone: { type: 'mobilenetv1', headConv: true } },
    mobilenetv1_125: { backbone: { type: 'mobilenetv1', width: 1.25 } },
  }),
  defineRecipe({
    name: 'se_mobilenetv1_100',
    summary: 'MobileNetV1 with SE where MobileNetV3 has it',
    config: {
      backbone: 'mobilenetv1',
      input: picturesOf('mobilenetv1_100'),
      attach: [{ type: 'se', ratio: 4, rounding: { divisor: 8, limit: 0.9 } }],
    },
  }),
];
