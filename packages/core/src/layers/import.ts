import type * as tf from '@tensorflow/tfjs';
import { GraphBuilder } from '../graph/builder.js';
import { type Graph, type Node, parameterKeys } from '../graph/node.js';
import type { Naming } from '../graph/op-builder.js';
import type { State } from '../graph/parameter.js';
import { foreignLayer } from './import-foreign.js';
import { IMPORT, type Imported } from './import-layer.js';

export interface ImportedModel {
  readonly graph: Graph;
  readonly state: State;
}

/**
 * A `tf.LayersModel` of any origin → graph and state. Layers become the ops they are, under their own names; a layer
 * that no op expresses (or that is set in a way none does) becomes a `foreign` node, which compiles back to a copy of
 * it. A layer that is called several times keeps one set of parameters. The model itself is left as it is.
 */
export function importLayersModel(model: tf.LayersModel): ImportedModel {
  const g = new GraphBuilder(model.name);
  const importer = new Importer(g);
  for (const input of model.inputs) importer.input(input);
  const outputs = model.outputs.map((output) => importer.nodeOf(output));
  return { graph: g.finish(outputs), state: importer.state };
}

/** Walks from the outputs to the inputs, and back with a node for each call of a layer. */
class Importer {
  private readonly nodes = new Map<number, Node>();
  private readonly firstCalls = new Map<tf.layers.Layer, Node>();
  readonly state = new Map<string, Float32Array>();

  constructor(private readonly g: GraphBuilder) {}

  input(value: tf.SymbolicTensor): Node {
    const node = this.g.input(value.shape.slice(1), value.sourceLayer.name);
    this.nodes.set(value.id, node);
    return node;
  }

  nodeOf(value: tf.SymbolicTensor): Node {
    const open = [value];
    for (let current = open.at(-1); current; current = open.at(-1)) {
      const missing = current.inputs.filter((input) => !this.nodes.has(input.id));
      open.push(...missing);
      if (missing.length > 0) continue;
      if (!this.nodes.has(current.id)) this.nodes.set(current.id, this.call(current));
      open.pop();
    }
    return this.nodes.get(value.id)!;
  }

  private call(value: tf.SymbolicTensor): Node {
    const layer = value.sourceLayer;
    const inputs = value.inputs.map((input) => this.nodes.get(input.id)!);
    const first = this.firstCalls.get(layer);
    const name = value.nodeIndex === 0 ? layer.name : `${layer.name}_${value.nodeIndex}`;
    const naming: Naming = { name, share: first };
    const { holder, output } = this.build(layer, value, inputs, naming);
    if (!first) {
      this.firstCalls.set(layer, holder);
      this.remember(layer, holder);
    }
    return output;
  }

  private build(layer: tf.layers.Layer, value: tf.SymbolicTensor, inputs: Node[], naming: Naming): Imported {
    const convert = IMPORT[layer.getClassName()];
    const imported = convert?.({
      g: this.g,
      layer,
      config: layer.getConfig(),
      inputs,
      naming,
      shape: value.shape.slice(1),
    });
    return imported ?? foreignLayer(this.g, layer, value, inputs, naming);
  }

  private remember(layer: tf.layers.Layer, node: Node): void {
    for (const [i, key] of parameterKeys(node).entries()) {
      this.state.set(key, Float32Array.from(layer.weights[i]!.read().dataSync()));
    }
  }
}
