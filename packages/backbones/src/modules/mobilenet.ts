import { defineModule } from '@senet/core/graph';
import { mobilenetv1 } from '../families/mobilenetv1.js';
import { mobilenetv2 } from '../families/mobilenetv2.js';
import { mobilenetv3Large, mobilenetv3Small } from '../families/mobilenetv3.js';
import { mobilenetv1Recipes } from '../recipes/mobilenetv1.js';
import { mobilenetv2Recipes } from '../recipes/mobilenetv2.js';
import { mobilenetv3Recipes } from '../recipes/mobilenetv3.js';
import { convBnAct } from '../units/conv-bn-act.js';
import { invertedResidual } from '../units/inverted-residual.js';

/** MobileNetV1, V2 and V3 alone. */
export const mobilenetFamily = defineModule({
  units: [invertedResidual, convBnAct],
  backbones: [mobilenetv1, mobilenetv2, mobilenetv3Small, mobilenetv3Large],
  recipes: [...mobilenetv1Recipes, ...mobilenetv2Recipes, ...mobilenetv3Recipes],
});
