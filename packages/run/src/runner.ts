import type { Shape } from '@senet/core/graph';

/** Numbers in a shape, batch first: what goes into a runner and what comes out. */
export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export interface RunOptions {
  /** Checked before each batch. */
  readonly signal?: AbortSignal;
}

/** A model on a backend, ready to run. Whoever opens it disposes it. */
export interface Runner {
  /** Name of the model. */
  readonly name: string;
  /** Name of the backend, and why it is this one. */
  readonly backend: string;
  readonly reason: string;
  /** What runs there now: the release of TensorFlow.js, and whose kernels. */
  readonly detail: string;
  /** `[height, width, channels]`, without the batch. */
  readonly inputShape: Shape;
  /** Names of the outputs, in their order. */
  readonly outputs: readonly string[];
  /**
   * Runs a batch `[n, height, width, channels]` and gives the outputs `[n, …]`.
   *
   * @throws SenetError `InputInvalid` for another shape, `Aborted` where the signal says so
   */
  run(input: Values, options?: RunOptions): Promise<Values[]>;
  /** Runs once on zeros, so that the first real run finds kernels and weights in place. Open sizes need a shape. */
  warmUp(shape?: readonly number[]): Promise<void>;
  /** Frees the model's tensors; a runner that was given a model leaves that to its owner. */
  dispose(): void;
}
