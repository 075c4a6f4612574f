import type { Initializer } from '../graph/initializer.js';
import type { Graph } from '../graph/node.js';
import type { Parameter, State } from '../graph/parameter.js';
import { staticSize } from '../graph/shape.js';
import { generatorFor } from './generator.js';

/**
 * The values a graph starts with. Each parameter draws from a stream of its own, made of `seed` and its key: the same
 * values on every backend, whatever else is in the graph.
 */
export function initialState(graph: Graph, seed = 0): State {
  const state = new Map<string, Float32Array>();
  for (const parameter of graph.parameters.values()) state.set(parameter.key, initialValues(parameter, seed));
  return state;
}

export function initialValues({ key, shape, initializer }: Parameter, seed: number): Float32Array {
  const values = new Float32Array(staticSize(shape));
  fill(values, initializer, key, seed);
  return values;
}

function fill(values: Float32Array, initializer: Initializer, key: string, seed: number): void {
  if (initializer.type === 'constant') {
    if (initializer.value !== 0) values.fill(initializer.value);
    return;
  }
  const generator = generatorFor(key, seed);
  switch (initializer.type) {
    case 'uniform': {
      const { bound } = initializer;
      for (let i = 0; i < values.length; i++) values[i] = (2 * generator.uniform() - 1) * bound;
      return;
    }
    case 'normal': {
      const { std } = initializer;
      for (let i = 0; i < values.length; i++) values[i] = generator.normal() * std;
      return;
    }
    case 'truncated-normal': {
      const { std } = initializer;
      for (let i = 0; i < values.length; i++) {
        let deviate = generator.normal();
        while (Math.abs(deviate) > 2) deviate = generator.normal();
        values[i] = deviate * std;
      }
    }
  }
}
