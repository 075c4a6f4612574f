import { type Dialect, describeIdentity, keysBy } from './dialect.js';
import { torchLayout } from './layout.js';
import { batchCounters, isBatchCounter } from './timm.js';

/**
 * The paper's Caffe networks as they reached torch (timm's legacy_se*): `layer0.conv1`, `se_module`, `last_linear`. Only
 * for networks of that style: in others the stride stands elsewhere and the pool is padded, though every shape fits.
 */
export const caffe: Dialect = {
  name: 'caffe',
  summary: "the SENet paper's Caffe networks: layer0, se_module, last_linear",
  refuses: (identity) =>
    identity.family === 'resnet' && identity.style === 'caffe'
      ? undefined
      : `a resnet of style caffe (stride: first 1×1 (conv1); max-pool: 3×3 rounded up), and this is ${describeIdentity(identity)}`,
  keys: keysBy(({ key }) => key),
  layout: torchLayout,
  ignores: isBatchCounter,
  extras: batchCounters,
};
