import type * as tf from '@tensorflow/tfjs';
import { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import { initialState } from '../random/initial-state.js';
import { checkSymbolic } from './copies.js';
import { Emitter } from './emitter.js';
import { setWeights } from './state.js';

const applied = new Map<string, number>();

/** `se`, `se_1`, `se_2` …: names are unique in the program, as those of stock layers are. */
function numbered(name: string): string {
  const count = applied.get(name) ?? 0;
  applied.set(name, count + 1);
  return count === 0 ? name : `${name}_${count}`;
}

export interface ApplyOptions {
  /** Before the names of all layers; by default the block's type, numbered. */
  readonly name?: string;
  /** All calls of the returned function use one set of weights. */
  readonly shared?: boolean;
}

/**
 * A block as a function on symbolic tensors `[batch, …]`. Weights start as in every model of this library: drawn by
 * the seeded generator, under the layer's name.
 */
export function applyBlock(
  build: (g: GraphBuilder, x: Node) => Node,
  type: string,
  { name, shared = false }: ApplyOptions = {},
) {
  let emitter: Emitter | undefined;
  return (x: tf.SymbolicTensor): tf.SymbolicTensor => {
    checkSymbolic(x);
    const prefix = name === undefined ? numbered(type) : shared ? numbered(name) : name;
    const layerName = (node: string) => `${prefix}.${node}`;
    if (!emitter || !shared) emitter = new Emitter(layerName);
    else emitter.rename(layerName);
    const made = new Set(emitter.weights.keys());
    const g = new GraphBuilder(prefix);
    const input = g.input(x.shape.slice(1));
    const graph = g.finish([build(g, input)]);
    const output = emitter.emit(graph, new Map([[input.name, x]])).get(graph.outputs[0]!)!;
    const renamed = {
      ...graph,
      parameters: new Map([...graph.parameters].map(([key, p]) => [key, { ...p, key: layerName(key) }])),
    };
    const state = initialState(renamed);
    const fresh = [...emitter.weights].filter(([layer]) => !made.has(layer));
    setWeights(
      fresh.map(([layer, keys]) => [layer, keys.map(layerName)] as const),
      state,
    );
    return output;
  };
}
