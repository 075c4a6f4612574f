import * as tf from '@tensorflow/tfjs';
import type { CompileOptions } from '../blocks/layers-target.js';
import { unknownName } from '../errors.js';
import type { Graph } from '../graph/node.js';
import { Emitter } from './emitter.js';
import { setWeights } from './state.js';

/**
 * Graph → stock `tf.LayersModel` on whatever backend is set: layers are called as their nodes are, the input is
 * `[batch, h, w, c]`, and there is one output for each of the graph's (or for each name in `outputs`).
 *
 * Without `state` all weights are zero. The caller disposes the model.
 *
 * @throws SenetError `UnmappedOp` for a foreign node without a mapping to tf.layers
 */
export function compile(graph: Graph, { state, outputs = graph.outputs }: CompileOptions = {}): tf.LayersModel {
  const names = graph.nodes.map((node) => node.name);
  const unknown = outputs.find((name) => !names.includes(name));
  if (unknown !== undefined) throw unknownName('node', unknown, names, 'outputs');
  const inputs = new Map(
    graph.nodes
      .filter((node) => node.op === 'input')
      .map(({ name, shape }) => [name, tf.input({ shape: [...shape], name, dtype: 'float32' })]),
  );
  const emitter = new Emitter();
  const values = emitter.emit(graph, inputs, outputs);
  const model = tf.model({
    name: graph.name,
    inputs: graph.inputs.map((name) => inputs.get(name)!),
    outputs: outputs.map((name) => values.get(name)!),
  });
  if (state) setWeights(emitter.weights, state);
  return model;
}
