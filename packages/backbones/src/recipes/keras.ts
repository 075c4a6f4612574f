import { defineRecipe } from '@senet/core/graph';
import { EFFICIENTNET_SE } from './efficientnet.js';
import { LARGE_SE, SMALL_SE } from './mobilenetv3.js';

/** How keras.applications pads, and its epsilon. */
const KERAS = { padding: 'keras', epsilon: 1e-3 } as const;
/** Pixels from −1 to 1 (`preprocess_input` in mode "tf"); MobileNetV3 scales them itself in Keras. */
const HALVES = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const MEDIUM = { shape: [224, 224, 3], ...HALVES };

/** A classifier that ends in probabilities, as all of them do; dropout while training. */
const head = (dropout = 0) => ({ type: 'classifier', dropout, activation: 'softmax' }) as const;

/** Member, side of its images, dropout. */
const EFFICIENTNETS = [
  ['efficientnet_b0', 224, 0.2],
  ['efficientnet_b1', 240, 0.2],
  ['efficientnet_b2', 260, 0.3],
  ['efficientnet_b3', 300, 0.3],
  ['efficientnet_b4', 380, 0.4],
] as const;

/**
 * The networks of keras.applications, as their weights want them: `<recipe>_keras`. What those networks do to pixels
 * inside (Rescaling, Normalization) stands in `input` here, so images are prepared alike and the network starts at its
 * stem.
 */
export const kerasRecipes = [
  defineRecipe({
    name: 'resnet50_keras',
    summary: 'ResNet-50 of keras.applications; its images are BGR with the means subtracted',
    config: {
      backbone: { type: 'resnet50', style: 'keras' },
      input: {
        shape: [224, 224, 3],
        channelOrder: 'bgr',
        mean: [103.939 / 255, 116.779 / 255, 123.68 / 255],
        std: [1 / 255, 1 / 255, 1 / 255],
      },
    },
  }),
  defineRecipe({
    name: 'inception_v3_keras',
    summary: 'Inception-v3 of keras.applications: normalizations without gamma',
    config: {
      backbone: { type: 'inception_v3', style: 'keras' },
      input: { shape: [299, 299, 3], ...HALVES },
      head: head(),
    },
  }),
  defineRecipe({
    name: 'mobilenetv1_keras',
    summary: 'MobileNet of keras.applications',
    config: { backbone: { type: 'mobilenetv1', ...KERAS }, input: MEDIUM, head: head(0.001) },
  }),
  defineRecipe({
    name: 'mobilenetv2_keras',
    summary: 'MobileNetV2 of keras.applications',
    config: { backbone: { type: 'mobilenetv2', ...KERAS }, input: MEDIUM, head: head() },
  }),
  defineRecipe({
    name: 'mobilenetv3_small_keras',
    summary: 'MobileNetV3-Small of keras.applications',
    config: { backbone: { type: 'mobilenetv3_small', ...KERAS }, input: MEDIUM, attach: SMALL_SE, head: head(0.2) },
  }),
  defineRecipe({
    name: 'mobilenetv3_large_keras',
    summary: 'MobileNetV3-Large of keras.applications',
    config: { backbone: { type: 'mobilenetv3_large', ...KERAS }, input: MEDIUM, attach: LARGE_SE, head: head(0.2) },
  }),
  ...EFFICIENTNETS.map(([type, side, dropout]) =>
    defineRecipe({
      name: `${type}_keras`,
      summary: `EfficientNet-${type.slice(-2).toUpperCase()} of keras.applications`,
      config: {
        backbone: { type, ...KERAS },
        input: { shape: [side, side, 3], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
        attach: [EFFICIENTNET_SE],
        head: head(dropout),
      },
    }),
  ),
];
