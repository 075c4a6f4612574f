import { defineRecipe } from '@senet/core/graph';

export const inceptionRecipes = [
  defineRecipe({ name: 'inception_v3', summary: 'Inception-v3', timm: true, config: { backbone: 'inception_v3' } }),
  defineRecipe({
    name: 'seinception_v3',
    summary: 'Inception-v3 with SE after each concatenation, as in SE-BN-Inception',
    config: { backbone: 'inception_v3', attach: [{ type: 'se', rounding: 'floor' }] },
  }),
];
