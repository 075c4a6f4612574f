import type { Role } from '@senet/core/graph';
import { type Dialect, describeIdentity, keysBy } from './dialect.js';
import { kerasLayout } from './layout.js';

/** Keras' own words for a layer's weights; in the file they stand in Keras' layouts, which are the graph's. */
export const KERAS_WEIGHTS: Readonly<Partial<Record<Role, string>>> = {
  kernel: 'kernel',
  bias: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  movingMean: 'moving_mean',
  movingVariance: 'moving_variance',
};

/** keras.applications' ResNets: `conv1_conv/kernel`, `conv2_block1_0_conv/kernel`, `predictions/bias`. */
export const keras: Dialect = {
  name: 'keras',
  summary: 'keras.applications: conv2_block1_1_conv/kernel',
  refuses: (identity) =>
    identity.style === 'keras'
      ? undefined
      : `a resnet of style keras (stride: first 1×1 (conv1); epsilon: 1.001e-5), and this is ${describeIdentity(identity)}`,
  keys: keysBy(({ key, role }) => `${layerOf(key)}/${KERAS_WEIGHTS[role]}`),
  layout: kerasLayout,
};

function layerOf(key: string): string {
  const [, layer = ''] = /^(.*)\.[^.]+$/.exec(key) ?? [];
  const unit = /^layer(\d+)\.(\d+)\.(.+)$/.exec(layer);
  if (unit) return `conv${Number(unit[1]) + 1}_block${Number(unit[2]) + 1}_${partOf(unit[3]!)}`;
  if (layer === 'fc') return 'predictions';
  return /^(conv|bn)1$/.test(layer) ? `conv1_${layer.slice(0, -1)}` : layer;
}

/** The projection of a shortcut is number 0. */
function partOf(part: string): string {
  const brick = /^(conv|bn)([123])$/.exec(part);
  if (brick) return `${brick[2]}_${brick[1]}`;
  if (part === 'downsample.0') return '0_conv';
  return part === 'downsample.1' ? '0_bn' : part;
}
