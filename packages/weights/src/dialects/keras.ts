import type { Assembly, Parameter } from '@senet/core/graph';
import { anyKey, type Dialect } from './dialect.js';
import { canonicalKeras, isNormalization } from './keras-canonical.js';
import { KERAS_WEIGHTS, kerasLayers } from './keras-names.js';
import { checkNormalization, normalizationOf } from './keras-normalization.js';
import { kerasOrder } from './keras-order.js';
import { onlyFor } from './kinds.js';
import { kerasLayout } from './layout.js';

const MOBILE = { style: 'keras', semantics: { padding: 'keras', epsilon: '1e-3' } } as const;

/**
 * keras.applications: `conv1_conv/kernel`, `conv2_block1_0_conv/kernel`, `predictions/bias`, in the order of the model's
 * layers. Reads the names of Keras 2 and of Keras 3, layers that a session counted from another number, and the
 * numbered paths of `.weights.h5`; writes those of Keras 2.15.
 */
export const keras: Dialect = {
  name: 'keras',
  summary: 'keras.applications: conv2_block1_1_conv/kernel, block1a_dwconv/depthwise_kernel',
  refuses: onlyFor(
    {
      family: 'resnet',
      style: 'keras',
      semantics: {
        stride: 'first 1×1 (conv1)',
        'max-pool': '3×3 with 1 around',
        padding: 'symmetric',
        epsilon: '1.001e-5',
      },
    },
    {
      family: 'inception',
      style: 'keras',
      semantics: { padding: 'valid', 'average pool': 'leaves its padding out', epsilon: '1e-3' },
    },
    { family: 'mobilenetv1', ...MOBILE },
    { family: 'mobilenetv2', ...MOBILE },
    { family: 'mobilenetv3', ...MOBILE },
    { family: 'efficientnet', ...MOBILE },
  ),
  recognizes: anyKey(/\/(kernel(:0)?|vars\/0)$/),
  keys: kerasKeys,
  layout: kerasLayout,
  shape: convolutionalHead,
  canonical: (file, assembly) => canonicalKeras(file, assembly.graph, kerasKeys(assembly)),
  ignores: isNormalization,
  check: checkNormalization,
  extras: normalizationOf,
};

function kerasKeys(assembly: Assembly): Map<string, string> {
  const layerOf = kerasLayers(assembly);
  const keys = new Map<string, string>();
  for (const node of kerasOrder(assembly.graph)) {
    for (const own of Object.values(node.parameters) as string[]) {
      keys.set(own, weightKey(assembly.graph.parameters.get(own)!, layerOf));
    }
  }
  return keys;
}

function weightKey({ key, role, layout }: Parameter, layerOf: (layer: string) => string): string {
  const [, layer = '', suffix = ''] = /^(.*)\.([^.]+)$/.exec(key) ?? [];
  const weight = layout === 'HWCM' ? 'depthwise_kernel' : (KERAS_WEIGHTS[role] ?? suffix);
  return `${layerOf(layer)}/${weight}`;
}

/** MobileNet's and MobileNetV3's classifiers are 1×1 convolutions there. */
function convolutionalHead({ key, layout, shape }: Parameter, { identity }: Assembly): readonly number[] | undefined {
  const convolves = identity.family === 'mobilenetv1' || identity.family === 'mobilenetv3';
  return convolves && layout === 'IO' && key === 'classifier.weight' ? [1, 1, ...shape] : undefined;
}
