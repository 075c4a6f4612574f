import { defineModule } from '@senet/core/graph';
import { resnets } from '../families/resnet.js';
import { resnetRecipes } from '../recipes/resnet.js';
import { basic } from '../units/basic.js';
import { bottleneck } from '../units/bottleneck.js';

/** ResNet, ResNeXt, ResNet-D and SENet-154 alone: for pages that need no other family. */
export const resnetFamily = defineModule({ units: [basic, bottleneck], backbones: resnets, recipes: resnetRecipes });
