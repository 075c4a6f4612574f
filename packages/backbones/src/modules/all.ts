import { defineModule } from '@senet/core/graph';
import { staged } from '../families/staged.js';
import { kerasRecipes } from '../recipes/keras.js';
import { torchvisionRecipes } from '../recipes/torchvision.js';
import { units } from '../units/all.js';
import { efficientnetFamily } from './efficientnet.js';
import { ghostnetFamily } from './ghostnet.js';
import { inceptionFamily } from './inception.js';
import { mobilenetFamily } from './mobilenet.js';
import { regnetFamily } from './regnet.js';
import { resnetFamily } from './resnet.js';

/** The module of this package, for `createAssembler`: every family, `staged`, and all recipes. */
export const backbones = defineModule({
  units,
  backbones: [
    ...resnetFamily.backbones,
    ...mobilenetFamily.backbones,
    ...efficientnetFamily.backbones,
    ...ghostnetFamily.backbones,
    ...regnetFamily.backbones,
    ...inceptionFamily.backbones,
    staged,
  ],
  recipes: [
    ...resnetFamily.recipes,
    ...mobilenetFamily.recipes,
    ...efficientnetFamily.recipes,
    ...ghostnetFamily.recipes,
    ...regnetFamily.recipes,
    ...inceptionFamily.recipes,
    ...kerasRecipes,
    ...torchvisionRecipes,
  ],
});
