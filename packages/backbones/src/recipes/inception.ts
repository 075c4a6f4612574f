import { defineRecipe } from '@senet/core/graph';
import { timmRecipes } from './timm.js';

export const inceptionRecipes = [
  ...timmRecipes({ inception_v3: { summary: 'Inception-v3', backbone: 'inception_v3' } }),
  defineRecipe({
    name: 'seinception_v3',
    summary: 'Inception-v3 with SE after each concatenation, as in SE-BN-Inception',
    config: { backbone: 'inception_v3', attach: [{ type: 'se', rounding: 'floor' }] },
  }),
];
