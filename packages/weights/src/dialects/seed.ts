import type { Parameter } from '@senet/core/graph';
import { anyKey, type Dialect, keysBy } from './dialect.js';
import { KERAS_WEIGHTS } from './keras-names.js';
import { onlyFor } from './kinds.js';
import { kerasLayout } from './layout.js';

/** The Keras program's names, in Keras' layouts: `conv_block1_conv_bn_relu1/conv/kernel`, `identity_block1_1_se_dense1/kernel`. */
export const seed: Dialect = {
  name: 'seed',
  summary: 'the SE-ResNet50 Keras program: conv_block1_conv_bn_relu1/conv/kernel',
  refuses: onlyFor({
    family: 'resnet',
    style: 'seed',
    semantics: { stride: '3×3 (conv2)', 'max-pool': "3×3 'same'", padding: 'same', epsilon: '1e-3' },
  }),
  recognizes: anyKey(/^conv_bn_relu\/conv\/kernel$/),
  keys: keysBy(({ key, role }) => `${layerOf(key)}/${KERAS_WEIGHTS[role]}`),
  layout: { ...kerasLayout, shape: kerasShape },
};

/** SE's layers are 1×1 convolutions here and dense ones there: the same values, two axes fewer. */
function kerasShape({ key, layout, shape }: Parameter): readonly number[] {
  return layout === 'HWIO' && /\.fc[12]\.weight$/.test(key) ? shape.slice(2) : shape;
}

function layerOf(key: string): string {
  const [, layer = ''] = /^(.*)\.[^.]+$/.exec(key) ?? [];
  const unit = /^layer(\d+)\.(\d+)\.(.+)$/.exec(layer);
  if (unit) return partOf(blockOf(unit[1]!, unit[2]!), unit[3]!);
  if (layer === 'conv1') return 'conv_bn_relu/conv';
  if (layer === 'bn1') return 'conv_bn_relu/bn';
  return layer === 'fc' ? 'dense' : layer;
}

function blockOf(stage: string, index: string): string {
  return index === '0' ? `conv_block${stage}` : `identity_block${stage}_${index}`;
}

function partOf(block: string, part: string): string {
  const brick = /^(conv|bn)([123])$/.exec(part);
  if (brick) return `${block}_conv_bn${brick[2] === '3' ? '' : '_relu'}${brick[2]}/${brick[1]}`;
  const excitation = /^se\.fc([12])$/.exec(part);
  if (excitation) return `${block}_se_dense${excitation[1]}`;
  return part === 'downsample.0' ? `${block}_shortcut` : `${block}_${part}`;
}
