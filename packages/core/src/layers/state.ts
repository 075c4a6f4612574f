import * as tf from '@tensorflow/tfjs';
import { SenetError } from '../errors.js';
import { type Graph, parameterKeys } from '../graph/node.js';
import type { State } from '../graph/parameter.js';

/**
 * The values of a compiled model, by parameter key.
 *
 * @throws SenetError `WeightsMismatch` where the model was not compiled from `graph`
 */
export function readState(model: tf.LayersModel, graph: Graph): State {
  const state = new Map<string, Float32Array>();
  for (const [layer, keys] of layersOf(model, graph)) {
    for (const [i, weight] of layer.weights.entries()) state.set(keys[i]!, Float32Array.from(weight.read().dataSync()));
  }
  return state;
}

/**
 * Writes values into a compiled model; keys that `state` does not have keep theirs.
 *
 * @throws SenetError `WeightsMismatch` for keys that the graph does not have and for wrong numbers of values
 */
export function writeState(model: tf.LayersModel, graph: Graph, state: State): void {
  const unknown = [...state.keys()].find((key) => !graph.parameters.has(key));
  if (unknown !== undefined)
    throw new SenetError('WeightsMismatch', 'the graph has no such parameter', { path: unknown });
  setWeights(layersOf(model, graph), state);
}

/** Sets the weights of layers whose parameter keys are known, and frees the old ones. */
export function setWeights(layers: Iterable<readonly [tf.layers.Layer, readonly string[]]>, state: State): void {
  for (const [layer, keys] of layers) {
    for (const [i, variable] of layer.weights.entries()) {
      const values = state.get(keys[i]!);
      if (values === undefined) continue;
      const shape = variable.shape as number[];
      const size = tf.util.sizeFromShape(shape);
      if (values.length !== size) {
        throw new SenetError('WeightsMismatch', `has ${values.length} values`, {
          path: keys[i]!,
          expected: `${size}, for [${shape}]`,
        });
      }
      const tensor = tf.tensor(values, shape, 'float32');
      variable.write(tensor);
      tensor.dispose();
    }
  }
}

function layersOf(model: tf.LayersModel, graph: Graph): [tf.layers.Layer, string[]][] {
  const layers = new Map(model.layers.map((layer) => [layer.name, layer]));
  const seen = new Set<string>();
  const found: [tf.layers.Layer, string[]][] = [];
  for (const node of graph.nodes) {
    const keys = parameterKeys(node);
    if (keys.length === 0 || seen.has(keys.join())) continue;
    const layer = layers.get(node.name);
    if (!layer) continue;
    seen.add(keys.join());
    if (layer.weights.length !== keys.length) {
      const problem = `the layer has ${layer.weights.length} weights, the graph ${keys.length}`;
      throw new SenetError('WeightsMismatch', problem, {
        path: node.name,
        expected: 'a model that was compiled from this graph',
      });
    }
    found.push([layer, keys]);
  }
  return found;
}
