/**
 * A program of somebody who has a saved model: loads it with plain TensorFlow.js, imports nothing of this repository
 * but what its third argument names, and prints the outputs for a fixed input.
 *
 * Usage: node plain-tfjs.mjs FOLDER SHAPE [MODULE]
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

const [folder, shape, module] = process.argv.slice(2);
if (module) await import(module);
await tf.setBackend('cpu');

const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
const { buffer, byteOffset, byteLength } = await readFile(join(folder, 'weights.bin'));
const model = await tf.loadLayersModel(
  tf.io.fromMemory({
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: buffer.slice(byteOffset, byteOffset + byteLength),
  }),
);

const sizes = JSON.parse(shape);
const x = tf.tensor(
  Float32Array.from({ length: tf.util.sizeFromShape(sizes) }, (_, i) => Math.sin(i)),
  sizes,
);
console.log(JSON.stringify(Array.from(model.predict(x).dataSync())));
