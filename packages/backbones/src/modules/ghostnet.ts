import { defineModule } from '@senet/core/graph';
import { ghostnet } from '../families/ghostnet.js';
import { ghostnetRecipes } from '../recipes/ghostnet.js';
import { convBnAct } from '../units/conv-bn-act.js';
import { ghostBottleneck } from '../units/ghost-bottleneck.js';

/** GhostNet alone. */
export const ghostnetFamily = defineModule({
  units: [ghostBottleneck, convBnAct],
  backbones: [ghostnet],
  recipes: ghostnetRecipes,
});
