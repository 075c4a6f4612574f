import type { Graph, State } from '@senet/core/graph';
import { compile } from '@senet/core/layers';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe } from 'vitest';
import { spread } from './formula.js';

export const BACKENDS = ['cpu', 'wasm'] as const;

/** The same tests on each backend. */
export function onBackends(name: string, body: (backend: (typeof BACKENDS)[number]) => void): void {
  describe.each(BACKENDS)(`${name} on %s`, (backend) => {
    beforeAll(async () => {
      await tf.setBackend(backend);
    });
    body(backend);
  });
}

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Values in [−scale, scale) that depend on the name alone. */
export function values(name: string, shape: readonly number[], scale = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: spread(name, size, scale) };
}

/** One sample through a graph of one input: its outputs (or the named nodes), without the batch. Leaves no tensor. */
export function runGraph(graph: Graph, input: Tensor, state: State = new Map(), outputs = graph.outputs): Tensor[] {
  const model = compile(graph, { state, outputs });
  try {
    return tf.tidy(() => {
      const x = tf.tensor(input.data, [1, ...input.shape]);
      const results = [model.predict(x)].flat() as tf.Tensor[];
      return results.map((result) => ({ shape: result.shape.slice(1), data: result.dataSync() as Float32Array }));
    });
  } finally {
    model.dispose();
  }
}
