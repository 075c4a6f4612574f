import { readFileSync } from 'node:fs';
import type { ResolvedConfig } from '@senet/core';
import { readNpy } from '@senet/weights';
import * as tf from '@tensorflow/tfjs';

/** The files beside the sources; this module runs from examples/dist/fashion-mnist. */
const folder = new URL('../../fashion-mnist/', import.meta.url);
export const fileOf = (name: string) => new URL(name, folder);
export const bytesOf = (name: string): Uint8Array => readFileSync(fileOf(name));

export const CLASSES = ['T-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'boot'];

export interface Images {
  /** Grey values, 28 × 28 of them for each image. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** The first 500 images of Fashion-MNIST's test set, and what they show. */
export function readImages(): Images {
  return {
    pixels: readNpy(bytesOf('images.npy')).data as Uint8Array,
    labels: readNpy(bytesOf('labels.npy')).data as Uint8Array,
  };
}

/** What timm computes with the same weights. */
export function readReference(): { predictions: string; logits: number[][] } {
  return JSON.parse(new TextDecoder().decode(bytesOf('reference.json')));
}

/** Images `from` to `to` as the network wants them: [n, 28, 28, 1], minus the mean, over the deviation. */
export function batchOf({ pixels }: Images, from: number, to: number, { input }: ResolvedConfig): tf.Tensor4D {
  const [mean, std] = [input.mean![0]!, input.std![0]!];
  const values = Float32Array.from(pixels.subarray(from * 784, to * 784), (pixel) => (pixel / 255 - mean) / std);
  return tf.tensor4d(values, [to - from, 28, 28, 1]);
}
