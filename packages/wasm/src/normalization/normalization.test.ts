import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues, type Values, withGradients, worstDifference } from '../testing/compare.js';
import { BATCH_NORM_TRAINING } from './training.js';

/** Channels that fill vectors, that do not, that are fewer than one holds; rows in one chunk and in several. */
const SHAPES = [
  [1, 1, 1, 4],
  [2, 3, 5, 1],
  [1, 5, 5, 3],
  [2, 9, 7, 5],
  [3, 8, 8, 8],
  [2, 17, 13, 18],
  [1, 40, 40, 16],
  [2, 3, 3, 1027],
];

afterAll(uninstall);

const positive = ({ shape, data }: Values): Values => ({ shape, data: data.map((value) => Math.abs(value) + 0.1) });

/** Off centre, so that a mean that is not subtracted first costs digits. */
const shifted = ({ shape, data }: Values, by: number): Values => ({ shape, data: data.map((value) => value + by) });

/** Batch normalization of tfjs' own operations, in two dimensions. */
function reference(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0]);
  return x.sub(mean).div(variance.add(1e-3).sqrt()).mul(scale).add(offset);
}

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect(await install(tf, { simd })).toMatchObject({ simd });
  });

  test('what is kept with a variance is not taken for another mean, scale, offset or epsilon', async () => {
    const next = random(5);
    const [x, mean, variance, offset, scale, other] = [[2, 3, 3, 8], [8], [8], [8], [8], [8]].map((shape) =>
      randomValues(next, shape),
    );
    const all = [x!, mean!, positive(variance!), offset!, scale!, other!];
    const f = (
      x: tf.Tensor,
      mean: tf.Tensor,
      variance: tf.Tensor,
      offset: tf.Tensor,
      scale: tf.Tensor,
      o: tf.Tensor,
    ) => [
      tf.batchNorm(x, mean as never, variance as never, offset as never, scale as never, 1e-3),
      tf.batchNorm(x, o as never, variance as never, offset as never, scale as never, 1e-3),
      tf.batchNorm(x, mean as never, variance as never, o as never, scale as never, 1e-3),
      tf.batchNorm(x, mean as never, variance as never, offset as never, o as never, 1e-3),
      tf.batchNorm(x, mean as never, variance as never, undefined, scale as never, 1e-3),
      tf.batchNorm(x, mean as never, variance as never, offset as never, scale as never, 0.1),
    ];
    expect(await worstDifference(f as never, all)).toBeLessThan(1e-6);
  });

  test.each(SHAPES)('in training, over [%i, %i, %i, %i]', async (...shape) => {
    const next = random(2);
    const channels = shape[3]!;
    const inputs = [
      shifted(randomValues(next, shape), 3),
      randomValues(next, [channels]),
      randomValues(next, [channels]),
    ];
    const f = withGradients((x, scale, offset) => {
      if (tf.getBackend() === 'cpu') return reference(x.reshape([-1, channels]), scale, offset).reshape(x.shape);
      return runTraining({ x, scale, offset })[0]!;
    });
    expect(await worstDifference(f, inputs)).toBeLessThan(1e-5);
  });

  test.each(SHAPES)('with given statistics, over [%i, %i, %i, %i]', async (...shape) => {
    const next = random(3);
    const vector = () => randomValues(next, [shape[3]!]);
    const inputs = [randomValues(next, shape), vector(), positive(vector()), vector(), vector()];
    const f = withGradients((x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
    );
    expect(await worstDifference(f, inputs)).toBeLessThan(1e-5);
  });

  test('with given statistics, without scale or offset, and of a far-off mean', async () => {
    const next = random(4);
    const inputs = [shifted(randomValues(next, [2, 5, 6, 6]), 1000), shifted(randomValues(next, [6]), 1000)];
    const variance = positive(randomValues(next, [6]));
    const f = (x: tf.Tensor, mean: tf.Tensor, v: tf.Tensor) =>
      tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor1D, v as tf.Tensor1D);
    expect(await worstDifference(f as never, [...inputs, variance])).toBeLessThan(1e-5);
  });

  test('a variance far smaller than the squared mean keeps its digits', () => {
    const next = random(5);
    const { data } = randomValues(next, [4096, 6]);
    const x = tf.tensor(
      data.map((value) => 1000 + value),
      [4096, 6],
    );
    const [, , variance] = runTraining({ x, scale: tf.ones([6]), offset: tf.zeros([6]) }, 0);
    const exact = Array.from({ length: 6 }, (_, c) => {
      const column = Array.from(x.dataSync()).filter((_, i) => i % 6 === c);
      const mean = column.reduce((a, b) => a + b) / column.length;
      return column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
    });
    for (const [c, value] of variance!.dataSync().entries()) expect(Math.abs(value / exact[c]! - 1)).toBeLessThan(1e-4);
  });

  test('memory may grow while it runs', () => {
    const values = randomValues(random(7), [1, 8, 8, 16]);
    const small = tf.tensor(values.data, values.shape);
    const [scale, offset] = [tf.ones([16]), tf.zeros([16])];
    const [expected] = runTraining({ x: small, scale, offset });
    const x = tf.tile(small, [8192, 1, 1, 1]); // 32 MiB: the output lies beyond the end of memory
    const bytes = () => (tf.backend() as unknown as { wasm: { HEAP8: Int8Array } }).wasm.HEAP8.length;
    const before = bytes();
    const [y] = runTraining({ x, scale, offset });
    if (simd === 'plain') expect(bytes()).toBeGreaterThan(before);
    const last = y!.slice([8191, 0, 0, 0], [1, -1, -1, -1]).dataSync();
    expect(difference(last, expected!.dataSync())).toBeLessThan(1e-5);
    tf.dispose([x, y!]);
  });

  test('not-a-number stays in its channel', () => {
    const values = randomValues(random(6), [2, 3, 3, 5]);
    values.data[7] = Number.NaN; // channel 2
    const inputs = { x: tf.tensor(values.data, values.shape), scale: tf.ones([5]), offset: tf.zeros([5]) };
    for (const output of runTraining(inputs)) {
      expect(output.dataSync().every((value, i) => Number.isNaN(value) === (i % 5 === 2))).toBe(true);
    }
  });
});

function runTraining(inputs: Record<string, tf.Tensor>, epsilon = 1e-3): tf.Tensor[] {
  return tf.engine().runKernel(BATCH_NORM_TRAINING, inputs as never, { epsilon }) as unknown as tf.Tensor[];
}
