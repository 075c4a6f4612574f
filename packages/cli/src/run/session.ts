import { openRunner, type RunOptions } from '@senet/run';
import type { Network } from '../network.js';

/** The values of a node. */
export interface NodeValues {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A network that gives out the values of some of its nodes. */
export interface Session {
  /** What runs there: the release of TensorFlow.js, and whose kernels. */
  readonly detail: string;
  /** `shape` is `[batch, height, width, channels]`; the answer is by the node's name. */
  run(values: Float32Array, shape: readonly number[], options?: RunOptions): Promise<ReadonlyMap<string, NodeValues>>;
  /** Frees the network's tensors. */
  dispose(): void;
}

export interface SessionOptions {
  readonly backend: string;
  /** Fold and fuse for inference. */
  readonly optimize: boolean;
}

/** Opens a network on a backend. The caller disposes the session. */
export async function openSession(
  network: Network,
  nodes: readonly string[],
  options: SessionOptions,
): Promise<Session> {
  const outputs = [...new Set(nodes)];
  const runner = await openRunner(network, { ...options, outputs });
  return {
    detail: runner.detail,
    async run(values, shape, runOptions) {
      const results = await runner.run({ data: values, shape }, runOptions);
      return new Map(results.map(({ data, shape: found }, i) => [outputs[i]!, { shape: found, values: data }]));
    },
    dispose: () => runner.dispose(),
  };
}
