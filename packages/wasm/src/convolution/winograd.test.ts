import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { random, randomValues, resultsOn, withGradients, worstDifference, worstOf } from '../testing/compare.js';
import { winogradTile } from './choose.js';
import { geometryOf } from './geometry.js';
import { batchesOfTiles, tilingOf } from './winograd-tiles.js';

/** [batch, h, w, cin, cout, pad]: whole and cut tiles, one image and many, all paddings. */
const SHAPES = [
  [1, 16, 16, 16, 16, 'same'],
  [3, 9, 10, 16, 20, 'same'],
  [2, 11, 15, 12, 32, 'valid'],
  [5, 8, 8, 24, 16, 'same'],
  [1, 13, 7, 32, 36, 1],
  [1, 12, 21, 20, 16, 2],
  [24, 5, 5, 16, 16, 'valid'],
  [1, 40, 6, 16, 16, 'valid'],
] as const;

/** Error of a 3×3 convolution whose sums are random, relative to the largest: bounds for the shapes above. */
const BOUND = { fast: 5e-6, exact: 2e-6 };

const expected: ArrayLike<number>[][] = [];

afterAll(uninstall);

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  test.each(['fast', 'exact'] as const)('precision %s', async (precision) => {
    await tf.setBackend('wasm');
    await install(tf, { simd, precision });
    const next = random(21);
    for (const [i, [n, h, w, cin, cout, pad]] of SHAPES.entries()) {
      const inputs = [randomValues(next, [n, h, w, cin]), randomValues(next, [3, 3, cin, cout])];
      const f = withGradients((x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad));
      expected[i] ??= await resultsOn('cpu', f, inputs);
      expect(worstOf(await resultsOn('wasm', f, inputs), expected[i]!), `${SHAPES[i]}`).toBeLessThan(BOUND[precision]);
    }
  });

  test('bias and bounds, and not-a-number stays where it was', async () => {
    await tf.setBackend('wasm');
    await install(tf, { simd });
    const next = random(22);
    const inputs = [[1, 14, 14, 16], [3, 3, 16, 16], [16]].map((shape) => randomValues(next, shape));
    const f = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
      tf.fused.conv2d({
        ...{ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, bias, strides: 1, pad: 'same', activation: 'relu' },
      });
    expect(await worstDifference(f as never, inputs)).toBeLessThan(1e-5);
    inputs[0]!.data[0] = Number.NaN;
    const [values] = await resultsOn('wasm', f as never, inputs);
    expect(values![0]).toBeNaN();
    expect(values!.at(-1)).not.toBeNaN();
  });
});

test('the shapes above are taken, and those that would lose are not', () => {
  const tile = (
    shape: number[],
    filter: number[],
    options: object,
    pass: 'outputs' | 'filter',
    precision: 'fast' | 'exact',
  ) => {
    const geometry = geometryOf(tf, shape, filter, { strides: 1, pad: 'same', ...options })!;
    return winogradTile(pass, geometry, geometry.outHeight, geometry.outWidth, { simd: 'plain', precision });
  };
  for (const [n, h, w, cin, cout, pad] of SHAPES) {
    expect(tile([n, h, w, cin], [3, 3, cin, cout], { pad }, 'outputs', 'fast')).toBe(h > 5 && w > 5 ? 4 : 2); // 5 and 'valid' give 3 outputs
  }
  expect(tile([1, 16, 16, 16], [3, 3, 16, 16], {}, 'outputs', 'exact')).toBe(2);
  expect(tile([1, 7, 7, 64], [3, 3, 64, 64], {}, 'filter', 'fast')).toBeUndefined(); // four tiles only
  expect(tile([1, 16, 16, 17], [3, 3, 17, 16], {}, 'outputs', 'fast')).toBeUndefined();
  expect(tile([1, 16, 16, 16], [3, 3, 16, 16], { strides: 2 }, 'outputs', 'fast')).toBeUndefined();
  expect(tile([1, 16, 16, 16], [3, 3, 16, 16], { dilations: 2 }, 'outputs', 'fast')).toBeUndefined();
  expect(tile([1, 16, 16, 16], [5, 5, 16, 16], {}, 'outputs', 'fast')).toBeUndefined();
});

test('batches hold every tile once', () => {
  for (const [height, width, images, wanted] of [
    [7, 9, 5, 4],
    [32, 32, 3, 20],
    [4, 4, 10, 7],
    [9, 5, 1, 100],
  ] as const) {
    const tiling = tilingOf(4, height, width, images, wanted, 1);
    const tiles = new Set<string>();
    for (const pieces of batchesOfTiles(tiling)) {
      expect(pieces.at(-1)!.end).toBeLessThanOrEqual(tiling.capacity);
      let at = 0;
      for (const piece of pieces) {
        expect(piece.at).toBe(at);
        at = piece.end;
        for (let tile = piece.from; tile < piece.to; tile++) tiles.add(`${piece.index} ${tile}`);
      }
    }
    expect(tiles.size).toBe(images * tiling.rows * tiling.columns);
  }
});
