import { defineRecipe } from '@senet/core/graph';

/** SE of EfficientNet: a quarter of the channels that the unit reads, rounded as Python does, SiLU between the layers. */
const SE = { type: 'se', ratio: 4, rounding: 'round', reduceFrom: 'blockInput', activation: 'silu' } as const;
const TF = { padding: 'same', epsilon: 1e-3 } as const;

const MEMBERS = [
  'efficientnet_b0',
  'efficientnet_b1',
  'efficientnet_b2',
  'efficientnet_b3',
  'efficientnet_b4',
] as const;

export const efficientnetRecipes = [
  ...MEMBERS.map((name) => defineRecipe({ name, timm: true, config: { backbone: name, attach: [SE] } })),
  defineRecipe({
    name: 'tf_efficientnet_b0',
    summary: "EfficientNet-B0 with TensorFlow's semantics",
    timm: true,
    config: { backbone: { type: 'efficientnet_b0', ...TF }, attach: [SE] },
  }),
  defineRecipe({
    name: 'efficientnet_lite0',
    summary: 'EfficientNet-Lite0',
    timm: true,
    config: { backbone: 'efficientnet_lite0' },
  }),
  defineRecipe({
    name: 'tf_efficientnet_lite0',
    summary: "EfficientNet-Lite0 with TensorFlow's semantics",
    timm: true,
    config: {
      backbone: { type: 'efficientnet_lite0', ...TF },
      input: { shape: [224, 224, 3], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    },
  }),
];
