import { defineRecipe } from '@senet/core/graph';

/** SE of MobileNetV3 (section 5.3): a quarter of the expanded channels, rounded to eights, hard sigmoid. */
const SE = { type: 'se', ratio: 4, rounding: { divisor: 8, limit: 0.9 }, gate: 'hard-sigmoid' } as const;
const SMALL = [{ ...SE, where: { stages: [1, 3, 4, 5] } }];
const LARGE = [{ ...SE, where: { stages: [3, 5, 6] } }];
/** As TensorFlow trains: its padding, its epsilon, pictures around ½. */
const TF = { padding: 'same', epsilon: 1e-3 } as const;
const TF_INPUT = { shape: [224, 224, 3], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

export const mobilenetv3Recipes = [
  defineRecipe({
    name: 'mobilenetv3_small_100',
    summary: 'MobileNetV3-Small',
    timm: true,
    config: { backbone: 'mobilenetv3_small', attach: SMALL },
  }),
  defineRecipe({
    name: 'mobilenetv3_large_100',
    summary: 'MobileNetV3-Large',
    timm: true,
    config: { backbone: 'mobilenetv3_large', attach: LARGE },
  }),
  defineRecipe({
    name: 'tf_mobilenetv3_small_100',
    summary: "MobileNetV3-Small with TensorFlow's semantics",
    timm: true,
    config: { backbone: { type: 'mobilenetv3_small', ...TF }, input: TF_INPUT, attach: SMALL },
  }),
  defineRecipe({
    name: 'tf_mobilenetv3_large_100',
    summary: "MobileNetV3-Large with TensorFlow's semantics",
    timm: true,
    config: { backbone: { type: 'mobilenetv3_large', ...TF }, input: TF_INPUT, attach: LARGE },
  }),
];
