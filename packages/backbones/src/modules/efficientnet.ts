import { defineModule } from '@senet/core/graph';
import { efficientnets } from '../families/efficientnet.js';
import { efficientnetRecipes } from '../recipes/efficientnet.js';
import { invertedResidual } from '../units/inverted-residual.js';

/** EfficientNet and EfficientNet-Lite alone. */
export const efficientnetFamily = defineModule({
  units: [invertedResidual],
  backbones: efficientnets,
  recipes: efficientnetRecipes,
});
