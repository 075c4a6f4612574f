import type { Assembly, State } from '@senet/core';
import * as tf from '@tensorflow/tfjs';
import { batchOf, type Images } from './data.js';

export interface Classified {
  /** The class of each image. */
  readonly predictions: number[];
  /** Ten values for each image. */
  readonly logits: Float32Array;
  /** Node of a gate → its values for all images, one for each channel. */
  readonly gates: ReadonlyMap<string, Float32Array>;
  readonly millisecondsPerImage: number;
}

const BATCH = 50;

/** Runs the images through the network; besides the logits it gives out the gate of every attachment. */
export function classify(net: Assembly, state: State, images: Images): Classified {
  const gates = net.receipt.attachments.flatMap(({ nodes }) => nodes.filter((name) => name.endsWith('.gate')));
  const model = net.toLayersModel({ state, outputs: [net.graph.outputs[0]!, ...gates] });
  const run = (from: number) =>
    tf.tidy(() => {
      const outputs = model.predict(batchOf(images, from, from + BATCH, net.config)) as tf.Tensor | tf.Tensor[];
      return (Array.isArray(outputs) ? outputs : [outputs]).map((output) => output.dataSync() as Float32Array);
    });
  run(0); // the first batch prepares the kernels
  const began = performance.now();
  const batches = Array.from({ length: images.labels.length / BATCH }, (_, i) => run(i * BATCH));
  const millisecondsPerImage = (performance.now() - began) / images.labels.length;
  model.dispose();
  const [logits, ...values] = batches[0]!.map((_, output) => joined(batches.map((batch) => batch[output]!)));
  return {
    predictions: Array.from(images.labels, (_, i) => indexOfMax(logits!.subarray(10 * i, 10 * i + 10))),
    logits: logits!,
    gates: new Map(gates.map((name, i) => [name, values[i]!])),
    millisecondsPerImage,
  };
}

function indexOfMax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  parts.forEach((part, i) => {
    all.set(part, i * part.length);
  });
  return all;
}
