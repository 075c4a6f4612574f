import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues, resultsOn, withGradients, worstDifference } from '../testing/compare.js';

afterAll(uninstall);

type Pad = 'same' | 'valid' | number;
type Size = [number, number];

interface Case {
  readonly shape: [number, number, number, number];
  readonly size: Size;
  readonly strides: Size;
  readonly pad: Pad;
}

/** Windows that overlap, meet and leave gaps; square and not; channels that fill vectors and that do not. */
const CASES: Case[] = (
  [
    [
      [1, 1],
      [2, 2],
    ],
    [
      [2, 2],
      [1, 1],
    ],
    [
      [2, 2],
      [2, 2],
    ],
    [
      [3, 3],
      [1, 1],
    ],
    [
      [3, 3],
      [2, 2],
    ],
    [
      [2, 3],
      [3, 1],
    ],
    [
      [5, 5],
      [3, 3],
    ],
  ] as [Size, Size][]
).flatMap(([size, strides], i) =>
  (['same', 'valid', 1] as Pad[])
    .filter((pad) => pad !== 1 || Math.min(...size) > 1)
    .flatMap((pad) =>
      [1, 3, 4, 6, 16].map((channels, j): Case => {
        const [h, w] = [
          [7, 7],
          [8, 6],
          [5, 9],
        ][(i + j) % 3]!;
        return { shape: [1 + (j % 3), h!, w!, channels], size, strides, pad };
      }),
    ),
);

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect(await install(tf, { simd })).toMatchObject({ simd });
  });

  test(`max-pooling and its gradient, ${CASES.length} cases`, async () => {
    for (const { shape, size, strides, pad } of CASES) {
      const f = withGradients((x) => tf.maxPool(x as tf.Tensor4D, size, strides, pad));
      const worst = await worstDifference(f, [randomValues(random(1), shape)]);
      expect(worst, JSON.stringify({ shape, size, strides, pad })).toBeLessThan(1e-5);
    }
  });

  test(`average-pooling and its gradient, ${CASES.length} cases`, async () => {
    for (const { shape, size, strides, pad } of CASES) {
      const pool = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, size, strides, pad);
      const x = randomValues(random(1), shape);
      expect(await worstDifference(pool, [x]), 'forward').toBeLessThan(1e-5);
      const gradient = (t: tf.Tensor, dy: tf.Tensor) => tf.grad(pool)(t, dy);
      const dy = randomValues(random(2), shapeOf(pool, shape));
      const [actual] = await resultsOn('wasm', gradient as never, [x, dy]);
      const [expected] = await resultsOn('cpu', (d) => adjoint(pool, shape, d), [dy]);
      expect(difference(actual!, expected!), JSON.stringify({ shape, size, strides, pad })).toBeLessThan(1e-5);
    }
  });

  test('of equal values, the first gets the gradient; not-a-number and -Infinity get none', async () => {
    const { NaN: nan, NEGATIVE_INFINITY: low } = Number;
    const data = Float32Array.from([1, 1, nan, 2, 1, 1, 2, nan, low, low, nan, nan, low, low, nan, nan]);
    const x = { shape: [1, 4, 4, 1], data };
    const gradient = (t: tf.Tensor) => tf.grad((u) => tf.maxPool(u as tf.Tensor4D, 2, 2, 'valid'))(t);
    const [dx] = await resultsOn('wasm', gradient, [x]);
    expect(Array.from(dx!)).toEqual([1, 0, 0, 1, ...new Array(12).fill(0)]);
    expect(Array.from((await resultsOn('cpu', gradient, [x]))[0]!)).toEqual(Array.from(dx!));
  });

  test('sizes that are rounded up', async () => {
    const x = randomValues(random(3), [2, 6, 6, 5]);
    const f = withGradients((t) => tf.maxPool(t as tf.Tensor4D, 3, 2, 1, 'ceil'));
    const [y, dx] = await resultsOn('wasm', f, [x]);
    expect(y!.length).toBe(2 * 4 * 4 * 5);
    const padded = withGradients((t) =>
      tf.maxPool(
        tf.pad(
          t,
          [
            [0, 0],
            [1, 2],
            [1, 2],
            [0, 0],
          ],
          Number.NEGATIVE_INFINITY,
        ) as tf.Tensor4D,
        3,
        2,
        'valid',
      ),
    );
    const [, expected] = await resultsOn('cpu', padded, [x]);
    expect(difference(dx!, expected!)).toBeLessThan(1e-5);
  });
});

/**
 * The gradient of a linear function of maps that treats channels and images alike, from its forward pass: tfjs' own
 * gradient of average-pooling is wrong at borders.
 */
function adjoint(f: (x: tf.Tensor) => tf.Tensor, [n, h, w, c]: Case['shape'], dy: tf.Tensor): tf.Tensor {
  const matrix = f(tf.eye(h * w).reshape([h * w, h, w, 1])).reshape([h * w, -1]);
  const [, oh, ow] = dy.shape as Case['shape'];
  const columns = dy.transpose([1, 2, 0, 3]).reshape([oh * ow, n * c]);
  return matrix.matMul(columns).reshape([h, w, n, c]).transpose([2, 0, 1, 3]);
}

function shapeOf(f: (x: tf.Tensor) => tf.Tensor, shape: number[]): number[] {
  return tf.tidy(() => f(tf.zeros(shape)).shape);
}
