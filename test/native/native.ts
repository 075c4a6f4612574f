import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { describe } from 'vitest';
import { spread } from '../support/formula.js';

const NAME = '@tensorflow/tfjs-node';

const installed = existsSync(new URL(`../../node_modules/${NAME}/package.json`, import.meta.url));

/** `npm run setup:native` is a choice: where it was not made, these suites are left out. */
export const describeNative = describe.skipIf(!installed);

export type Compute = () => tf.Tensor | tf.Tensor[];

/** Imports tfjs-node, which makes `tensorflow` the current backend. */
export async function loadNative(): Promise<typeof tf> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  return (await import(NAME)).default;
}

/** Values in [-1, 1) on the current backend. */
export function tensor(name: string, ...shape: number[]): tf.Tensor4D {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor<tf.Rank.R4>(spread(name, size, 1), shape as [number, number, number, number]);
}

/** What a computation gives on a backend; nothing stays allocated there. */
export async function on(backend: string, compute: Compute): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  let values: Float32Array[] = [];
  tf.tidy(() => {
    values = [compute()].flat().map((tensor) => Float32Array.from(tensor.dataSync()));
  });
  return values;
}

/** The largest difference, as a share of the largest value. */
export function difference(actual: readonly Float32Array[], expected: readonly Float32Array[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(...actual.map((values, i) => differenceOf(values, expected[i]!)));
}

function differenceOf(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length || actual.length === 0) return Number.POSITIVE_INFINITY;
  let [error, scale] = [0, 0];
  for (const [i, value] of expected.entries()) {
    const apart = Math.abs(actual[i]! - value);
    if (Number.isNaN(apart)) return Number.POSITIVE_INFINITY;
    error = Math.max(error, apart);
    scale = Math.max(scale, Math.abs(value));
  }
  return error / (scale || 1);
}
