import { defineModule } from '@senet/core/graph';
import { regnet } from '../families/regnet.js';
import { regnetRecipes } from '../recipes/regnet.js';
import { regnetBottleneck } from '../units/regnet-bottleneck.js';

/** RegNetX and RegNetY alone. */
export const regnetFamily = defineModule({ units: [regnetBottleneck], backbones: [regnet], recipes: regnetRecipes });
