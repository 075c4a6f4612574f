/** `@senet/backbones`: units, families and recipes. They meet attentions in the container, never here. */
import { defineModule } from '@senet/core/graph';
import { efficientnets } from './families/efficientnet.js';
import { ghostnet } from './families/ghostnet.js';
import { inceptionV3 } from './families/inception-v3.js';
import { mobilenetv1 } from './families/mobilenetv1.js';
import { mobilenetv2 } from './families/mobilenetv2.js';
import { mobilenetv3Large, mobilenetv3Small } from './families/mobilenetv3.js';
import { regnet } from './families/regnet.js';
import { resnets } from './families/resnet.js';
import { staged } from './families/staged.js';
import { efficientnetRecipes } from './recipes/efficientnet.js';
import { ghostnetRecipes } from './recipes/ghostnet.js';
import { inceptionRecipes } from './recipes/inception.js';
import { kerasRecipes } from './recipes/keras.js';
import { mobilenetv1Recipes } from './recipes/mobilenetv1.js';
import { mobilenetv2Recipes } from './recipes/mobilenetv2.js';
import { mobilenetv3Recipes } from './recipes/mobilenetv3.js';
import { regnetRecipes } from './recipes/regnet.js';
import { resnetRecipes } from './recipes/resnet.js';
import { torchvisionRecipes } from './recipes/torchvision.js';
import { units } from './units/all.js';

export { ghostnet } from './families/ghostnet.js';
export { inceptionV3 } from './families/inception-v3.js';
export { mobilenetv2 } from './families/mobilenetv2.js';
export { mobilenetv3Large, mobilenetv3Small } from './families/mobilenetv3.js';
export { regnet } from './families/regnet.js';
export { resnet } from './families/resnet.js';
export { staged } from './families/staged.js';
export { basic } from './units/basic.js';
export { bottleneck } from './units/bottleneck.js';
export { convBnAct } from './units/conv-bn-act.js';
export { type ConvNormAct, type ConvNormActOptions, convNormAct, symmetric } from './units/conv-norm-act.js';
export { inceptionA, inceptionB, inceptionC, inceptionD, inceptionE } from './units/inception.js';
export { invertedResidual } from './units/inverted-residual.js';
export { regnetBottleneck } from './units/regnet-bottleneck.js';

/** The module of this package, for `createAssembler`. */
export const backbones = defineModule({
  units,
  backbones: [
    ...resnets,
    mobilenetv1,
    mobilenetv2,
    mobilenetv3Small,
    mobilenetv3Large,
    ...efficientnets,
    ghostnet,
    regnet,
    inceptionV3,
    staged,
  ],
  recipes: [
    ...resnetRecipes,
    ...mobilenetv1Recipes,
    ...mobilenetv2Recipes,
    ...mobilenetv3Recipes,
    ...efficientnetRecipes,
    ...ghostnetRecipes,
    ...regnetRecipes,
    ...inceptionRecipes,
    ...kerasRecipes,
    ...torchvisionRecipes,
  ],
});
