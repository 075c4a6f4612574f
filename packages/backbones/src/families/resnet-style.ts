import type { AttentionNames, HeadSpec, PoolOptions } from '@senet/core/graph';
import type { ResNetOptions, ResNetStyle } from './resnet-options.js';

/** What one ecosystem's ResNets have in common: semantics that weights cannot tell, and names. */
export interface Style {
  readonly epsilon: number;
  /** Convolutions have biases. */
  readonly convBias: boolean;
  /** The projection of a shortcut has a batch normalization. */
  readonly downsampleNorm: boolean;
  /** Of the units' 3×3 convolutions; stems are padded symmetrically in every style. */
  readonly padding: 'symmetric' | 'same';
  readonly stemPool: Omit<PoolOptions, 'name'>;
  readonly strideAt: (options: Pick<ResNetOptions, 'cardinality'>) => 'conv1' | 'conv2';
  /** Basic blocks end their branch with an activation. */
  readonly branchActivation: boolean;
  readonly zeroInitLast: boolean;
  readonly attention: { readonly label: string; readonly names: AttentionNames };
  readonly head: HeadSpec;
  /** In words, for people whose weights are refused. */
  readonly pool: string;
}

const se = { label: 'se', names: { reduce: 'fc1', expand: 'fc2' } } as const;

export const RESNET_STYLES: Readonly<Record<ResNetStyle, Style>> = {
  /** timm's resnet.py */
  timm: {
    epsilon: 1e-5,
    convBias: false,
    downsampleNorm: true,
    padding: 'symmetric',
    stemPool: { size: 3, strides: 2, padding: [1, 1, 1, 1] },
    pool: '3×3 with 1 around',
    strideAt: () => 'conv2',
    branchActivation: false,
    zeroInitLast: true,
    attention: se,
    head: { classifier: 'fc' },
  },
  /** The paper's Caffe networks, as timm's senet.py (legacy_*) has them. */
  caffe: {
    epsilon: 1e-5,
    convBias: false,
    downsampleNorm: true,
    padding: 'symmetric',
    stemPool: { size: 3, strides: 2, ceil: true },
    pool: '3×3 rounded up',
    strideAt: ({ cardinality }) => (cardinality === 1 ? 'conv1' : 'conv2'),
    branchActivation: true,
    zeroInitLast: false,
    attention: { ...se, label: 'se_module' },
    head: { classifier: 'last_linear', defaults: { dropout: 0.2 } },
  },
  /** keras.applications (resnet.py), version 1: its weights were converted from Caffe. */
  keras: {
    epsilon: 1.001e-5,
    convBias: true,
    downsampleNorm: true,
    padding: 'symmetric',
    stemPool: { size: 3, strides: 2, padding: [1, 1, 1, 1] },
    pool: '3×3 with 1 around',
    strideAt: () => 'conv1',
    branchActivation: false,
    zeroInitLast: false,
    attention: se,
    head: { classifier: 'fc', defaults: { activation: 'softmax' } },
  },
  /** The Keras program this project started from. */
  seed: {
    epsilon: 1e-3,
    convBias: true,
    downsampleNorm: false,
    padding: 'same',
    stemPool: { size: 3, strides: 2, padding: 'same' },
    pool: "3×3 'same'",
    strideAt: () => 'conv2',
    branchActivation: false,
    zeroInitLast: false,
    attention: se,
    head: { classifier: 'fc', defaults: { activation: 'softmax' } },
  },
};
