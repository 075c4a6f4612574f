import * as tf from '@tensorflow/tfjs';
import { type AnyNode, type Graph, type Node, parameterKeys } from '../graph/node.js';
import { EMIT } from './emit.js';

type Value = tf.SymbolicTensor;

/**
 * Turns nodes into applied tf.layers. A layer is called as its node is; nodes that share their parameters share one
 * layer, which is called as the first of them.
 */
export class Emitter {
  private readonly nodes = new Map<string, AnyNode>();
  private readonly layers = new Map<string, tf.layers.Layer>();
  /** Layers with weights that the graph at hand has applied. */
  private counted = new Set<tf.layers.Layer>();
  /** Layer → keys of its weights, in the layer's order. */
  readonly weights = new Map<tf.layers.Layer, readonly string[]>();

  /** @param layerName what a layer is called for its node's name */
  constructor(private layerName: (node: string) => string = (node) => node) {}

  /** Applies the nodes of a graph, `given` standing for some of them, and returns the values of all. */
  emit(graph: Graph, given: ReadonlyMap<string, Value>, wanted: readonly string[] = graph.outputs): Map<string, Value> {
    for (const node of graph.nodes) this.nodes.set(node.name, node);
    const needed = this.ancestorsOf(wanted);
    const values = new Map(given);
    this.counted = new Set();
    for (const node of graph.nodes) {
      if (values.has(node.name) || !needed.has(node.name)) continue;
      const inputs = node.inputs.map((name) => values.get(name)!);
      values.set(node.name, EMIT[node.op](node as never, inputs, this));
    }
    return values;
  }

  /** Applies a node's layer; `make` gets the layer's name. */
  apply(node: Node, inputs: Value[], make: (name: string) => tf.layers.Layer): Value {
    const keys = parameterKeys(node);
    const known = this.layers.get(keys.join());
    const layer = known ?? make(this.layerName(node.name));
    if (keys.length > 0 && !known) {
      layer.setFastWeightInitDuringBuild(true);
      this.layers.set(keys.join(), layer);
      this.weights.set(layer, keys);
    }
    const value = layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Value;
    if (keys.length > 0) this.countOnce(layer);
    return value;
  }

  /** A layer counts its applications, but a model disposes it once: without this, shared weights would stay behind. */
  private countOnce(layer: tf.layers.Layer): void {
    if (this.counted.has(layer)) layer.dispose();
    this.counted.add(layer);
  }

  /** A layer without weights that a node needs beside its own. */
  helper(node: Node, suffix: string, inputs: Value[], make: (name: string) => tf.layers.Layer): Value {
    return make(this.layerName(`${node.name}.${suffix}`)).apply(inputs.length === 1 ? inputs[0]! : inputs) as Value;
  }

  /** Names the layers that come from now on otherwise. */
  rename(layerName: (node: string) => string): void {
    this.layerName = layerName;
  }

  node(name: string): AnyNode {
    return this.nodes.get(name)!;
  }

  /** The node that a node reads first. */
  inputOf(node: Node): AnyNode {
    return this.node(node.inputs[0]!);
  }

  private ancestorsOf(names: readonly string[]): Set<string> {
    const needed = new Set<string>();
    const open = [...names];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (needed.has(name)) continue;
      needed.add(name);
      open.push(...this.node(name).inputs);
    }
    return needed;
  }
}
