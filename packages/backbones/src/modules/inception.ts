import { defineModule } from '@senet/core/graph';
import { inceptionV3 } from '../families/inception-v3.js';
import { inceptionRecipes } from '../recipes/inception.js';
import { inceptionA, inceptionB, inceptionC, inceptionD, inceptionE } from '../units/inception.js';

/** Inception-v3 alone. */
export const inceptionFamily = defineModule({
  units: [inceptionA, inceptionB, inceptionC, inceptionD, inceptionE],
  backbones: [inceptionV3],
  recipes: inceptionRecipes,
});
