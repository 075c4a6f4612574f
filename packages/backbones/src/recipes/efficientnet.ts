import type { RecipeDescriptor } from '@senet/core/graph';
import { type TimmNetwork, timmRecipes } from './timm.js';

/** SE of EfficientNet: a quarter of the channels that the unit reads, rounded as Python does, SiLU between the layers. */
export const EFFICIENTNET_SE = {
  type: 'se',
  ratio: 4,
  rounding: 'round',
  reduceFrom: 'blockInput',
  activation: 'silu',
} as const;
const TF = { padding: 'same', epsilon: 1e-3 } as const;

const MEMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const LITE_MEMBERS = [0, 1, 2, 3, 4] as const;

/** A network as timm trains it, and as TensorFlow does. */
function both<const Type extends string>(type: Type, summary: string, rest: Pick<TimmNetwork, 'attach'> = {}) {
  const pair = {
    [type]: { summary, backbone: type, ...rest },
    [`tf_${type}`]: { summary: `${summary} with TensorFlow's semantics`, backbone: { type, ...TF }, ...rest },
  };
  return timmRecipes(pair) as RecipeDescriptor<Type | `tf_${Type}`>[];
}

export const efficientnetRecipes = [
  ...MEMBERS.flatMap((n) => both(`efficientnet_b${n}`, `EfficientNet-B${n}`, { attach: [EFFICIENTNET_SE] })),
  ...LITE_MEMBERS.flatMap((n) => both(`efficientnet_lite${n}`, `EfficientNet-Lite${n}`)),
];
