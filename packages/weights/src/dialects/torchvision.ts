import { anyKey, type Dialect, keysByLayer } from './dialect.js';
import { onlyFor } from './kinds.js';
import { torchLayout } from './layout.js';
import { batchCounters, isBatchCounter } from './timm.js';
import { torchvisionLayers } from './torchvision-names.js';

const keys = keysByLayer(torchvisionLayers);

/** How a file of each family names its first unit, where it is not as timm does. */
const FIRST_UNIT: Readonly<Record<string, RegExp>> = {
  mobilenetv2: /^features\.1\.conv\./,
  mobilenetv3: /^features\.1\.block\./,
  efficientnet: /^features\.1\.0\.block\./,
  regnet: /^trunk_output\.block1\./,
};

const TORCH = { style: 'timm', semantics: { padding: 'symmetric', epsilon: '1e-5' } } as const;

/**
 * torchvision's models. Its ResNets and Inception have timm's names (the auxiliary classifier, for training, is left
 * out); its mobile networks count their layers: `features.1.block.0.0.weight`.
 */
export const torchvision: Dialect = {
  name: 'torchvision',
  summary: "torchvision's state_dict keys: features.1.block.0.0.weight",
  refuses: onlyFor(
    {
      family: 'resnet',
      style: 'timm',
      semantics: { stride: '3×3 (conv2)', 'max-pool': '3×3 with 1 around', padding: 'symmetric', epsilon: '1e-5' },
    },
    { family: 'mobilenetv2', ...TORCH },
    { family: 'mobilenetv3', style: 'timm', semantics: { padding: 'symmetric', epsilon: '1e-3' } },
    { family: 'efficientnet', ...TORCH },
    { family: 'regnet', ...TORCH },
    {
      family: 'inception',
      style: 'timm',
      semantics: { padding: 'valid', 'average pool': 'counts its padding', epsilon: '1e-3' },
    },
  ),
  keepsNames: ({ family }) => !Object.hasOwn(FIRST_UNIT, family),
  recognizes: (keys, { family }) => anyKey(FIRST_UNIT[family] ?? /./)(keys),
  keys,
  layout: torchLayout,
  /** MobileNetV3's layer after pooling is a linear one there. */
  shape: ({ key, shape }, { identity }) =>
    identity.family === 'mobilenetv3' && key === 'conv_head.weight' ? [shape[3]!, shape[2]!] : undefined,
  ignores: (key) => isBatchCounter(key) || key.startsWith('AuxLogits.'),
  extras: batchCounters(keys),
};
