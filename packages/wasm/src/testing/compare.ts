import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';

/** Seeded numbers in [-1, 1) (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

export interface Values {
  readonly shape: number[];
  readonly data: Float32Array;
}

export function randomValues(next: () => number, shape: number[]): Values {
  return { shape, data: Float32Array.from({ length: tf.util.sizeFromShape(shape) }, next) };
}

/** Largest difference, relative to the largest expected value. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!));
    if (Number.isNaN(actual[i]!) !== Number.isNaN(expected[i]!)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return largest === 0 ? worst : worst / largest;
}

/** The results of `f` on a backend. Fails where tensors are left. */
export async function resultsOn(backend: string, f: (...x: tf.Tensor[]) => tf.Tensor | tf.Tensor[], inputs: Values[]) {
  await tf.setBackend(backend);
  const before = held();
  const tensors = inputs.map(({ data, shape }) => tf.tensor(data, shape));
  const results = tf.tidy(() => f(...tensors));
  const values = (Array.isArray(results) ? results : [results]).map((t) => t.dataSync());
  tf.dispose([tensors, results]);
  const [left, data] = held().map((now, i) => now - before[i]!);
  if (left !== 0 || data !== 0) throw new Error(`${left} tensors left on ${backend}, and data of ${data}`);
  return values;
}

/** Tensors that tfjs counts; and data on the backends (it moves between them), what kernels made for themselves included. */
function held(): [tensors: number, data: number] {
  const backends = ['cpu', 'wasm'].map((name) => tf.findBackend(name));
  return [tf.memory().numTensors, backends.reduce((sum, backend) => sum + backend.numDataIds(), 0)];
}

/** Output and gradients of `f` (weighted, so that no gradient is constant) for all inputs. */
export function withGradients(f: (...x: tf.Tensor[]) => tf.Tensor): (...x: tf.Tensor[]) => tf.Tensor[] {
  return (...inputs) => {
    const y = tf.tidy(() => f(...inputs));
    const next = random(y.size);
    const weights = tf.tensor(randomValues(next, y.shape).data, y.shape);
    const gradients = tf.grads((...x: tf.Tensor[]) =>
      f(...x)
        .mul(weights)
        .sum(),
    )(inputs);
    return [y, ...gradients];
  };
}

/**
 * Worst relative difference between the wasm and the cpu backend over all results of `f`.
 *
 * @param reference what the cpu backend computes, where it cannot compute `f`
 */
export async function worstDifference(
  f: (...x: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  inputs: Values[],
  reference = f,
): Promise<number> {
  const expected = await resultsOn('cpu', reference, inputs);
  const actual = await resultsOn('wasm', f, inputs);
  return worstOf(actual, expected);
}

/** Worst {@link difference} between results in pairs. */
export function worstOf(actual: ArrayLike<number>[], expected: ArrayLike<number>[]): number {
  return Math.max(...expected.map((values, i) => difference(actual[i]!, values)));
}

/** One of `choices`, by the next random number. */
export function pick<T>(next: () => number, choices: readonly T[]): T {
  return choices[Math.floor(((next() + 1) / 2) * choices.length)]!;
}

/** An integer from `low` to `high`, both included. */
export function between(next: () => number, low: number, high: number): number {
  return low + Math.floor(((next() + 1) / 2) * (high - low + 1));
}
