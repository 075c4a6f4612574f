import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { random, randomValues, withGradients, worstDifference } from '../testing/compare.js';

afterAll(uninstall);

type Pad = 'same' | 'valid' | number;

const SIZES = [
  [8, 8],
  [9, 7],
  [3, 11],
  [4, 61],
] as const;

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect(await install(tf, { simd })).toMatchObject({ simd, memory: 'shared-view' });
  });

  test.each([1, 2, 3, 5, 7])('kernel %i: outputs and gradients are those of the cpu backend', async (kernel) => {
    const next = random(kernel);
    for (const stride of [1, 2, 3, [2, 1], [1, 3]] as (number | [number, number])[]) {
      for (const pad of ['same', 'valid', 1] as Pad[]) {
        for (const [i, [h, w]] of SIZES.entries()) {
          if (pad === 'valid' && kernel > Math.min(h, w)) continue;
          if (pad === 1 && (kernel === 1 || kernel > Math.min(h, w) + 2)) continue;
          const [channels, multiplier] = pick(next, [1, 2, 3, 4, 5, 8, 12, 17], [1, 1, 2, 3, 4, 6]);
          const inputs = [randomValues(next, [1 + (i % 3), h, w, channels])];
          inputs.push(randomValues(next, [kernel, kernel, channels, multiplier]));
          const f = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad as never);
          const d = await worstDifference(withGradients(f), inputs);
          expect(d, `${[stride, pad, h, w, channels, multiplier]}`).toBeLessThan(1e-5);
        }
      }
    }
  });

  test('dilations train, which tfjs refuses', async () => {
    const next = random(2);
    for (const dilation of [2, 3]) {
      for (const pad of ['same', 'valid'] as const) {
        for (const multiplier of [1, 2, 4]) {
          const inputs = [randomValues(next, [2, 11, 9, 6]), randomValues(next, [3, 3, 6, multiplier])];
          const f = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.getBackend() === 'cpu'
              ? tf.depthwiseConv2d(x as tf.Tensor4D, stuffed(filter, dilation), 1, pad)
              : tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad, 'NHWC', dilation);
          expect(await worstDifference(withGradients(f), inputs)).toBeLessThan(1e-5);
        }
      }
    }
  });

  test('pixels that belong together: grouped convolutions laid out in space', async () => {
    const next = random(3);
    for (const [groups, width, multiplier] of [
      [4, 4, 4],
      [8, 2, 4],
      [6, 3, 5],
      [32, 4, 4],
    ] as const) {
      for (const stride of [1, 2]) {
        for (const [left, right] of [
          [1, 1],
          [0, 1],
          [0, 0],
        ] as const) {
          const columns: [number, number] = [left * width, right * width];
          const pad = [[0, 0], [left, right], columns, [0, 0]] as never;
          const inputs = [randomValues(next, [2, 6, 7 * width, groups])];
          inputs.push(randomValues(next, [3, 3 * width, groups, multiplier]));
          const f = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, [stride, stride * width], pad);
          expect(await worstDifference(withGradients(f), inputs)).toBeLessThan(1e-5);
        }
      }
    }
  });

  test.each(['linear', 'relu', 'relu6'] as const)('bias and %s are fused', async (activation) => {
    const next = random(4);
    for (const [channels, multiplier] of [
      [1, 1],
      [3, 1],
      [12, 1],
      [5, 3],
      [8, 4],
    ] as const) {
      const inputs = [randomValues(next, [2, 9, 9, channels]), randomValues(next, [3, 3, channels, multiplier])];
      inputs.push(randomValues(next, [channels * multiplier]));
      const f = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
        tf.fused.depthwiseConv2d({
          ...{ x: x.mul(4) as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same' },
          ...{ bias, activation },
        });
      expect(await worstDifference(f, inputs)).toBeLessThan(1e-5);
      expect(await worstDifference(withGradients(f), inputs)).toBeLessThan(1e-5);
    }
  });

  test('not-a-number passes through bounds, and stays in its channel', async () => {
    const x = tf.tensor4d([Number.NaN, 1, 2, 3, 4], [1, 1, 1, 5]);
    const filter = tf.ones<tf.Rank.R4>([1, 1, 5, 1]);
    const y = tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad: 'valid', activation: 'relu6' });
    expect([...y.dataSync()]).toEqual([Number.NaN, 1, 2, 3, 4]);
    tf.dispose([x, filter, y]);
  });
});

function pick(next: () => number, ...lists: number[][]): [number, number] {
  return lists.map((list) => list[Math.floor(((next() + 1) / 2) * list.length)]!) as [number, number];
}

/** A filter with zeros between its taps. */
function stuffed(filter: tf.Tensor, dilation: number): tf.Tensor4D {
  const spread = (x: tf.Tensor, axis: number) => {
    const taps = tf.split(x, x.shape[axis]!, axis);
    const zeros = tf.zerosLike(taps[0]!);
    return tf.concat(
      taps.flatMap((tap, i) => (i === 0 ? [tap] : [...new Array<tf.Tensor>(dilation - 1).fill(zeros), tap])),
      axis,
    );
  };
  return spread(spread(filter, 0), 1) as tf.Tensor4D;
}
