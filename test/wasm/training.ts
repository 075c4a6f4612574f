/** Training that runs the same on every backend: data and initial weights are drawn here, nothing is shuffled. */

import * as tf from '@tensorflow/tfjs';
import { random } from '../../packages/wasm/src/testing/compare.js';
import '@tensorflow/tfjs-backend-wasm';

/** A network, and what it is trained on. */
export interface Task {
  readonly name: string;
  /** A compiled model over images `[h, w, c]` with `classes` outputs. */
  build(): tf.LayersModel;
  readonly image: readonly [height: number, width: number, channels: number];
  readonly classes: number;
}

/** What training gave. */
export interface Trained {
  readonly losses: number[];
  /** Tensors that are left when everything is disposed of. tfjs' momentum optimizer leaves one. */
  readonly left: number;
}

/** So many steps of `model.fit`: five batches of 8 that take turns. */
export async function train(backend: string, task: Task, steps: number): Promise<Trained> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const model = task.build();
  seedWeights(model);
  const { x, y } = examples(task, Math.min(5, steps) * BATCH);
  const losses: number[] = [];
  await model.fit(x, y, {
    batchSize: BATCH,
    epochs: Math.ceil(steps / 5),
    shuffle: false,
    verbose: 0,
    callbacks: { onBatchEnd: async (_, logs) => void losses.push(logs!.loss!) },
  });
  tf.dispose([x, y]);
  model.optimizer.dispose();
  model.dispose();
  return { losses, left: tf.memory().numTensors - before };
}

export const BATCH = 8;

/** Images of noise around a pattern that is their class's. */
export function examples(
  { image, classes }: Pick<Task, 'image' | 'classes'>,
  count: number,
): { x: tf.Tensor4D; y: tf.Tensor2D } {
  const next = random(1);
  const size = image[0] * image[1] * image[2];
  const patterns = Float32Array.from({ length: classes * size }, next);
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const pixels = Float32Array.from({ length: count * size }, (_, i) => {
    return patterns[labels[Math.floor(i / size)]! * size + (i % size)]! + next();
  });
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classes) as tf.Tensor2D);
  return { x: tf.tensor4d(pixels, [count, ...image]), y };
}

/** Kernels uniform with He's variance 2/fan-in; the other weights keep what their layers gave them. */
export function seedWeights(model: tf.LayersModel): void {
  const next = random(2);
  const values = model.weights.map((weight) => {
    if (!/kernel/.test(weight.originalName)) return weight.read().clone();
    const { shape, size } = weight.read();
    const fanIn = /depthwise/.test(weight.originalName) ? shape[0]! * shape[1]! : size / shape.at(-1)!;
    const bound = Math.sqrt(6 / fanIn);
    return tf.tensor(
      Float32Array.from({ length: size }, () => bound * next()),
      shape,
    );
  });
  model.setWeights(values);
  tf.dispose(values);
}
