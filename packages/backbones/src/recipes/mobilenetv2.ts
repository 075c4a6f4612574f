import { defineRecipe } from '@senet/core/graph';
import { timmRecipes } from './timm.js';

const SE = { type: 'se', ratio: 4, rounding: { divisor: 8, limit: 0.9 } } as const;

export const mobilenetv2Recipes = [
  ...timmRecipes({
    mobilenetv2_100: { summary: 'MobileNetV2', backbone: 'mobilenetv2' },
    mobilenetv2_035: { backbone: { type: 'mobilenetv2', width: 0.35 } },
    mobilenetv2_050: { backbone: { type: 'mobilenetv2', width: 0.5 } },
    mobilenetv2_075: { backbone: { type: 'mobilenetv2', width: 0.75 } },
    mobilenetv2_140: { backbone: { type: 'mobilenetv2', width: 1.4 } },
    mobilenetv2_110d: { backbone: { type: 'mobilenetv2', width: 1.1, depth: 1.2, fixEnds: true } },
    mobilenetv2_120d: { backbone: { type: 'mobilenetv2', width: 1.2, depth: 1.4, fixEnds: true } },
  }),
  defineRecipe({
    name: 'se_mobilenetv2_100',
    summary: 'MobileNetV2 with SE where MobileNetV3 has it',
    config: { backbone: 'mobilenetv2', attach: [SE] },
  }),
];
