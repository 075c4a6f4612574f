import { anyKey, type Dialect, keysByLayer } from './dialect.js';
import { onlyFor } from './kinds.js';
import { torchLayout } from './layout.js';
import { type MobileLayer, mobileLayers } from './mobile-layer.js';
import { batchCounters, isBatchCounter } from './timm.js';

const IN_UNIT = new Map([
  ['expand', ['_expand_conv', '_bn0']],
  ['depthwise', ['_depthwise_conv', '_bn1']],
  ['squeeze', ['_se_reduce']],
  ['excite', ['_se_expand']],
  ['project', ['_project_conv', '_bn2']],
]);
const OUTSIDE = new Map([
  ['stem', ['_conv_stem', '_bn0']],
  ['last', ['_conv_head', '_bn1']],
  ['classifier', ['_fc']],
]);

const keys = keysByLayer((assembly) => {
  const describe = mobileLayers(assembly);
  return (layer) => nameOf(describe(layer)) ?? layer;
});

/**
 * lukemelas/EfficientNet-PyTorch, and what was converted with it: `_conv_stem`, `_blocks.0._depthwise_conv`, `_bn0` …
 * `_fc`. TensorFlow's weights, so only for networks that pad and normalize as TensorFlow does.
 */
export const lukemelas: Dialect = {
  name: 'lukemelas',
  summary: 'EfficientNet-PyTorch (lukemelas): _blocks.0._depthwise_conv.weight',
  refuses: onlyFor({ family: 'efficientnet', style: 'tensorflow', semantics: { padding: 'same', epsilon: '1e-3' } }),
  recognizes: anyKey(/^_conv_stem\./),
  keys,
  layout: torchLayout,
  ignores: isBatchCounter,
  extras: batchCounters(keys),
};

function nameOf({ unit, part, norm }: MobileLayer): string | undefined {
  const name = (unit ? IN_UNIT : OUTSIDE).get(part)?.[norm ? 1 : 0];
  return name === undefined || !unit ? name : `_blocks.${unit.index}.${name}`;
}
