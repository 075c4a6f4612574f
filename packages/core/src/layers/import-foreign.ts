import * as tf from '@tensorflow/tfjs';
import type { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import type { Naming } from '../graph/op-builder.js';
import type { Imported } from './import-layer.js';

/** A layer that no op expresses: its shape as it stands, its weights in its own order, and how to make a copy. */
export function foreignLayer(
  g: GraphBuilder,
  layer: tf.layers.Layer,
  value: tf.SymbolicTensor,
  inputs: Node[],
  naming: Naming,
): Imported {
  const node = g.foreign(inputs, {
    ...naming,
    className: layer.getClassName(),
    shape: value.shape.slice(1),
    macs: null,
    weights: layer.weights.map(({ shape, trainable }) => ({ shape: shape as number[], trainable })),
    targets: { layers: (name: string) => copyOf(layer, name) },
  });
  return { holder: node, output: node };
}

function copyOf(layer: tf.layers.Layer, name: string): tf.layers.Layer {
  const LayerClass = layer.constructor as tf.serialization.SerializableConstructor<tf.layers.Layer>;
  return LayerClass.fromConfig(LayerClass, { ...layer.getConfig(), name });
}
