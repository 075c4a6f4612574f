import type { Dialect } from './dialect.js';
import { onlyFor } from './kinds.js';
import { torchLayout } from './layout.js';
import { batchCounters, isBatchCounter, ownKeys } from './timm.js';

/**
 * The paper's Caffe networks as they reached torch (timm's legacy_se*): `layer0.conv1`, `se_module`, `last_linear`. Only
 * for networks of that style: in others the stride stands elsewhere and the pool is padded, though every shape fits.
 */
export const caffe: Dialect = {
  name: 'caffe',
  summary: "the SENet paper's Caffe networks: layer0, se_module, last_linear",
  refuses: onlyFor({
    family: 'resnet',
    style: 'caffe',
    semantics: {
      stride: 'first 1×1 (conv1), with groups 3×3 (conv2)',
      'max-pool': '3×3 rounded up',
      padding: 'symmetric',
      epsilon: '1e-5',
    },
  }),
  keepsNames: () => true,
  keys: ownKeys,
  layout: torchLayout,
  ignores: isBatchCounter,
  extras: batchCounters(ownKeys),
};
