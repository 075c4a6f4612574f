import { defineRecipe } from '@senet/core/graph';
import { LARGE_SE, SMALL_SE } from './mobilenetv3.js';

/** torch's padding with TensorFlow's epsilon. */
const TORCHVISION = { padding: 'symmetric', epsilon: 1e-3 } as const;
const head = { type: 'classifier', dropout: 0.2 } as const;

/** The networks of torchvision that compute otherwise than timm's; all others are timm's, under timm's names. */
export const torchvisionRecipes = [
  defineRecipe({
    name: 'mobilenetv3_small_torchvision',
    summary: 'MobileNetV3-Small of torchvision',
    config: { backbone: { type: 'mobilenetv3_small', ...TORCHVISION }, attach: SMALL_SE, head },
  }),
  defineRecipe({
    name: 'mobilenetv3_large_torchvision',
    summary: 'MobileNetV3-Large of torchvision',
    config: { backbone: { type: 'mobilenetv3_large', ...TORCHVISION }, attach: LARGE_SE, head },
  }),
];
