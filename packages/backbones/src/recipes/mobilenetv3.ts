import { timmRecipes } from './timm.js';

const SMALL = { stages: [1, 3, 4, 5] };
const LARGE = { stages: [3, 5, 6] };
/** SE of MobileNetV3 (section 5.3): a quarter of the expanded channels, rounded to eights, hard sigmoid. */
const SE = { type: 'se', ratio: 4, rounding: { divisor: 8, limit: 0.9 }, gate: 'hard-sigmoid' } as const;
export const SMALL_SE = [{ ...SE, where: SMALL }];
export const LARGE_SE = [{ ...SE, where: LARGE }];
/** timm's own first reading of the paper: other rounding, the unit's activation between the layers. */
const RW_SE = [{ ...SE, rounding: 'round', activation: 'unit', where: LARGE }];
/** As TensorFlow trains: its padding, its epsilon. */
const TF = { padding: 'same', epsilon: 1e-3 } as const;

const small = (options: object = {}) => ({ type: 'mobilenetv3_small', ...options });
const large = (options: object = {}) => ({ type: 'mobilenetv3_large', ...options });

export const mobilenetv3Recipes = timmRecipes({
  mobilenetv3_small_100: { summary: 'MobileNetV3-Small', backbone: small(), attach: SMALL_SE },
  mobilenetv3_small_075: { backbone: small({ width: 0.75 }), attach: SMALL_SE },
  mobilenetv3_small_050: { backbone: small({ width: 0.5 }), attach: SMALL_SE },
  mobilenetv3_large_100: { summary: 'MobileNetV3-Large', backbone: large(), attach: LARGE_SE },
  mobilenetv3_large_075: { backbone: large({ width: 0.75 }), attach: LARGE_SE },
  mobilenetv3_large_150d: { backbone: large({ width: 1.5, depth: 1.2 }), attach: LARGE_SE },
  mobilenetv3_rw: {
    summary: 'MobileNetV3-Large before its code was published',
    backbone: large({ epsilon: 1e-3, firstShortcut: false, headBias: false }),
    attach: RW_SE,
  },
  tf_mobilenetv3_small_100: {
    summary: "MobileNetV3-Small with TensorFlow's semantics",
    backbone: small(TF),
    attach: SMALL_SE,
  },
  tf_mobilenetv3_small_075: { backbone: small({ ...TF, width: 0.75 }), attach: SMALL_SE },
  tf_mobilenetv3_small_minimal_100: { backbone: small({ ...TF, minimal: true }) },
  tf_mobilenetv3_large_100: {
    summary: "MobileNetV3-Large with TensorFlow's semantics",
    backbone: large(TF),
    attach: LARGE_SE,
  },
  tf_mobilenetv3_large_075: { backbone: large({ ...TF, width: 0.75 }), attach: LARGE_SE },
  tf_mobilenetv3_large_minimal_100: { backbone: large({ ...TF, minimal: true }) },
});
