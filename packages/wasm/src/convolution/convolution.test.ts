import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import {
  between,
  pick,
  random,
  randomValues,
  resultsOn,
  type Values,
  withGradients,
  worstDifference,
  worstOf,
} from '../testing/compare.js';

const CASES = 400;

interface Case {
  readonly inputs: [Values, Values];
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: Parameters<typeof tf.conv2d>[3];
}

/** Results on the cpu backend: the same for both modules. */
const expected: ArrayLike<number>[][] = [];

afterAll(uninstall);

describe.each(['plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect(await install(tf, { simd })).toMatchObject({ simd, memory: 'shared-view', notes: [] });
  });

  test(`${CASES} convolutions and their gradients are those of the cpu backend`, async () => {
    const next = random(1);
    let worst = { difference: 0, what: '' };
    for (let i = 0; i < CASES; i++) {
      const { inputs, strides, dilations, pad } = anyConvolution(next);
      const f = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', dilations);
      const spread = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, zeroStuffed(filter, dilations), strides, pad);
      const reference = dilations[0] * dilations[1] > 1 ? spread : f; // the cpu backend has no gradient with dilations
      expected[i] ??= await resultsOn('cpu', withGradients(reference as never), inputs);
      const difference = worstOf(await resultsOn('wasm', withGradients(f as never), inputs), expected[i]!);
      const what = JSON.stringify([inputs[0].shape, inputs[1].shape, strides, dilations, pad]);
      if (!(difference <= worst.difference)) worst = { difference, what };
    }
    expect(worst.difference, worst.what).toBeLessThan(5e-6);
  });

  test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)(
    'fused with a bias and %s',
    async (activation) => {
      const next = random(2);
      for (const [size, cin, cout, kernel] of [
        [7, 3, 5, 3],
        [12, 8, 16, 3],
        [6, 8, 12, 1],
        [9, 4, 9, 2],
      ] as const) {
        const f = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor, alpha: tf.Tensor) =>
          tf.fused.conv2d({
            ...{ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same', bias, activation },
            ...{ leakyreluAlpha: 0.3, preluActivationWeights: activation === 'prelu' ? alpha : undefined },
          });
        const shapes = [[2, size, size, cin], [kernel, kernel, cin, cout], [cout], [cout]];
        const inputs = shapes.map((shape) => randomValues(next, shape));
        expect(await worstDifference(f as never, inputs)).toBeLessThan(1e-5);
      }
    },
  );

  test.each([
    { useBias: true, dilationRate: 2 },
    { useBias: false, dilationRate: 2 },
    { useBias: false, dilationRate: 1 },
  ])('tf.layers.conv2d trains with %o', async (options) => {
    const next = random(3);
    const inputs = [randomValues(next, [2, 9, 8, 4]), randomValues(next, [3, 3, 4, 8]), randomValues(next, [8])];
    const layer = tf.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', name: 'dilated', ...options });
    layer.build([null, 9, 8, 4]);
    const { dilationRate, useBias } = options;
    const f = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) => {
      Object.assign(layer, { kernel: { read: () => kernel }, bias: useBias ? { read: () => bias } : null });
      return layer.apply(x) as tf.Tensor;
    };
    const reference = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) => {
      const filter = dilationRate > 1 ? zeroStuffed(kernel, [dilationRate, dilationRate]) : kernel;
      const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid');
      return tf.relu(useBias ? y.add(bias) : y.add(bias.mul(0)));
    };
    const ours = useBias
      ? f
      : (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) => f(x, kernel, bias).add(bias.mul(0));
    expect(await worstDifference(withGradients(ours as never), inputs, withGradients(reference as never))).toBeLessThan(
      1e-5,
    );
  });

  test('what needs no gradient of its input computes none', async () => {
    await tf.setBackend('wasm');
    const layer = tf.layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, inputShape: [8, 8, 3], name: 'first' });
    const model = tf.sequential({ layers: [layer, tf.layers.flatten(), tf.layers.dense({ units: 1 })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const called: string[] = [];
    const engine = tf.engine();
    const runKernel = engine.runKernel;
    engine.runKernel = function (name, ...rest) {
      called.push(name);
      return runKernel.call(this, name, ...rest) as never;
    };
    const [x, y] = [tf.ones([2, 8, 8, 3]), tf.ones([2, 1])];
    await model.trainOnBatch(x, y);
    engine.runKernel = runKernel;
    model.dispose();
    tf.dispose([x, y]);
    expect(called).toContain('Conv2DBackpropFilter');
    expect(called).not.toContain('Conv2DBackpropInput');
  });
});

/** Odd sizes, channels of every remainder, kernels 1 to 7, all paddings, strides or dilations that differ by axis. */
function anyConvolution(next: () => number): Case {
  const kernel = [pick(next, [1, 1, 2, 3, 3, 3, 5, 7]), pick(next, [1, 2, 3, 3, 3, 5, 7])] as const;
  const square = next() > -0.5;
  const [kh, kw] = square ? [kernel[0], kernel[0]] : kernel;
  const dilated = next() > 0.4;
  const strides: [number, number] = dilated || next() > 0 ? [1, 1] : [between(next, 1, 3), between(next, 1, 3)];
  const dilations: [number, number] = dilated ? [between(next, 1, 2), between(next, 1, 2)] : [1, 1];
  const extent = [(kh - 1) * dilations[0] + 1, (kw - 1) * dilations[1] + 1] as const;
  const h = between(next, Math.max(extent[0], 3), extent[0] + 6);
  const w = between(next, Math.max(extent[1], 3), extent[1] + 6);
  const [cin, cout] =
    next() > 0 ? [4 * between(next, 1, 4), 4 * between(next, 1, 4)] : [between(next, 1, 9), between(next, 1, 11)];
  const side = (): [number, number] => [between(next, 0, 2), between(next, 0, 2)];
  const pad = pick(next, ['same', 'valid', 'explicit'] as const);
  const inputs: [Values, Values] = [
    randomValues(next, [between(next, 1, 2), h, w, cin]),
    randomValues(next, [kh, kw, cin, cout]),
  ];
  return { inputs, strides, dilations, pad: pad === 'explicit' ? [[0, 0], side(), side(), [0, 0]] : pad };
}

/** A filter with zeros between its taps: what a dilated convolution is. */
function zeroStuffed(filter: tf.Tensor, [down, across]: [number, number]): tf.Tensor4D {
  const [kh, kw, cin, cout] = filter.shape as [number, number, number, number];
  const spread = (taps: number, step: number) => {
    const length = (taps - 1) * step + 1;
    return tf.tensor2d(
      Array.from({ length: taps }, (_, i) => Array.from({ length }, (_, at) => Number(at === i * step))),
    );
  };
  const rows = tf.matMul(spread(kh, down), filter.reshape([kh, kw * cin * cout]), true); // [kh', kw·cin·cout]
  const high = (kh - 1) * down + 1;
  const columns = rows
    .reshape([high, kw, cin * cout])
    .transpose([1, 0, 2])
    .reshape([kw, high * cin * cout]);
  const wide = (kw - 1) * across + 1;
  const both = tf
    .matMul(spread(kw, across), columns, true)
    .reshape([wide, high, cin * cout])
    .transpose([1, 0, 2]);
  return both.reshape([high, wide, cin, cout]);
}
