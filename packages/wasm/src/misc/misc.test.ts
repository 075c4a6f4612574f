import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues, withGradients, worstDifference } from '../testing/compare.js';

afterAll(uninstall);

const SHAPE: [number, number, number, number] = [2, 4, 3, 2];
const ids = (values: number[]) => tf.tensor1d(values, 'int32');

const around = (rows: Pair, columns: Pair): Pair[] => [[0, 0], rows, columns, [0, 0]];
type Pair = [number, number];

/** Linear maps whose gradient is wrong in tfjs, or not there: the gradient must be the map's transpose. */
const LINEAR: Record<string, (x: tf.Tensor4D) => tf.Tensor> = {
  'bilinear, larger': (x) => tf.image.resizeBilinear(x, [7, 5]),
  'bilinear, smaller': (x) => tf.image.resizeBilinear(x, [2, 2]),
  'bilinear, corners': (x) => tf.image.resizeBilinear(x, [7, 5], true),
  'bilinear, half pixels': (x) => tf.image.resizeBilinear(x, [7, 5], false, true),
  'nearest, larger': (x) => tf.image.resizeNearestNeighbor(x, [8, 6]),
  'nearest, half pixels': (x) => tf.image.resizeNearestNeighbor(x, [7, 5], false, true),
  'mirror, reflect': (x) => tf.mirrorPad(x, around([2, 1], [1, 2]), 'reflect'),
  'mirror, symmetric': (x) => tf.mirrorPad(x, around([1, 4], [3, 0]), 'symmetric'),
  cumsum: (x) => tf.cumsum(x, 1),
  'cumsum, exclusive and reversed': (x) => tf.cumsum(x, 2, true, true),
  'average pool, same': (x) => tf.avgPool(x, [2, 3], 2, 'same'),
  'average pool, same, stride 1': (x) => tf.avgPool(x, 3, 1, 'same'),
  'average pool, explicit': (x) => tf.avgPool(x, 3, 2, 1),
  gather: (x) => tf.gather(x, ids([0, 2, 2]), 2),
  'gather, the first axis': (x) => tf.gather(x, ids([1, 1, 0, 1])),
  'segment sum': (x) => tf.unsortedSegmentSum(x, ids([1, 1]), 3),
};

describe.each(['none', 'plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect((await install(tf, { simd })).simd).toBe(simd);
  });

  test.each(Object.entries(LINEAR))('%s: the gradient is the transpose', async (_name, map) => {
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const next = random(1);
      const size = tf.util.sizeFromShape(SHAPE);
      const { shape } = map(tf.zeros(SHAPE));
      const weights = randomValues(next, shape);
      const dx = tf.grad((x) =>
        map(x as tf.Tensor4D)
          .mul(tf.tensor(weights.data, shape))
          .sum(),
      )(tf.zeros(SHAPE));
      const gradient = dx.dataSync();
      for (let i = 0; i < size; i++) {
        const unit = tf.tensor4d(
          Float32Array.from({ length: size }, (_, j) => Number(i === j)),
          SHAPE,
        );
        const column = map(unit).dataSync<'float32'>();
        expect(gradient[i]).toBeCloseTo(
          column.reduce((sum, value, j) => sum + value * weights.data[j]!, 0),
          5,
        );
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('segment sums leave out ids that lie outside, and take whole numbers', async () => {
    await tf.setBackend('wasm');
    const sums = tf.tidy(() => [
      tf.unsortedSegmentSum(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), ids([2, -1, 2]), 3).dataSync(),
      tf.unsortedSegmentSum(ids([1, 2, 3]), ids([1, 7, 1]), 2).dataSync(),
      tf.unsortedSegmentSum(tf.tensor1d([Number.NaN, 1]), ids([5, 0]), 2).dataSync(),
    ]);
    expect(sums.map((values) => [...values])).toEqual([
      [0, 0, 0, 0, 6, 8],
      [0, 4],
      [1, 0],
    ]);
  });

  test.each([
    ['bhwc,bhwd->bcd', [2, 3, 4, 5], [2, 3, 4, 6]],
    ['bhwc->cb', [2, 3, 4, 5]],
    ['ij,jk->ik', [3, 4], [4, 5]],
    ['ij,kj->ik', [3, 4], [5, 4]],
    ['i,j->ji', [3], [4]],
    ['i,i->', [5], [5]],
    ['bij,bj->bi', [2, 3, 4], [2, 4]],
  ] as [string, ...number[][]][])('einsum %s', async (equation, ...shapes) => {
    const next = random(1);
    const inputs = shapes.map((shape) => randomValues(next, shape));
    expect(await worstDifference((...x) => tf.einsum(equation, ...x), inputs)).toBeLessThan(1e-5);
  });

  test('einsum takes three tensors, unlike that of the cpu backend', async () => {
    const next = random(2);
    const inputs = [randomValues(next, [3, 4]), randomValues(next, [4, 5]), randomValues(next, [5, 2])];
    const f = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
      tf.getBackend() === 'cpu' ? tf.transpose(tf.matMul(tf.matMul(a, b), c)) : tf.einsum('ij,jk,kl->li', a, b, c);
    expect(await worstDifference(f as never, inputs)).toBeLessThan(1e-5);
  });

  test('losses and reductions train as on the cpu backend', async () => {
    const next = random(3);
    const x = randomValues(next, [12, 5]);
    const labels = () => tf.oneHot(ids(Array.from({ length: 12 }, (_, i) => (i * 3) % 5)), 5);
    const functions: ((x: tf.Tensor) => tf.Tensor)[] = [
      (x) => tf.softmax(x),
      (x) => tf.logSoftmax(x),
      (x) => tf.logSumExp(x, 1),
      (x) => tf.losses.softmaxCrossEntropy(labels(), x),
      (x) => tf.losses.softmaxCrossEntropy(labels(), x, undefined, 0.1),
      (x) => tf.losses.sigmoidCrossEntropy(labels(), x),
      (x) => tf.losses.meanSquaredError(labels(), x),
      (x) => tf.losses.huberLoss(labels(), x),
      (x) => tf.metrics.categoricalCrossentropy(labels(), tf.softmax(x)),
      (x) => tf.max(x, 1),
      (x) => tf.min(x, 0),
      (x) => tf.moments(x, 0).variance,
      (x) => tf.norm(x, 2, 1),
      (x) => tf.prod(x, 1),
    ];
    for (const f of functions) expect(await worstDifference(withGradients(f), [x]), String(f)).toBeLessThan(1e-5);
  });

  test('maximum and minimum of tensors that broadcast, which tfjs refuses', async () => {
    const next = random(4);
    const inputs = [randomValues(next, [2, 3, 1, 4]), randomValues(next, [3, 5, 1])];
    for (const op of [tf.maximum, tf.minimum]) {
      const f = (a: tf.Tensor, b: tf.Tensor) => {
        const zeros = tf.zeros([2, 3, 5, 4]);
        return tf.getBackend() === 'cpu' ? op(a.add(zeros), b.add(zeros)) : op(a, b);
      };
      expect(await worstDifference(withGradients(f), inputs)).toBeLessThan(1e-5);
    }
  });

  test('max pooling: each gradient goes to the first of the largest values', async () => {
    const next = random(5);
    for (const [size, stride, pad] of [
      [2, 2, 'valid'],
      [3, 2, 'same'],
      [3, 1, 1],
      [[2, 3], 2, 'same'],
    ] as [number | [number, number], number, 'same' | 'valid' | number][]) {
      const x = randomValues(next, [2, 7, 6, 3]);
      x.data.fill(0.25, 0, 40); // ties
      const f = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, stride, pad);
      expect(await worstDifference(withGradients(f), [x])).toBeLessThan(1e-5);
    }
  });

  test('a dilated convolution layer trains, which tfjs refuses', async () => {
    const next = random(6);
    const [image, kernel, bias] = [randomValues(next, [2, 9, 9, 3]), randomValues(next, [3, 3, 3, 4]), [1, 2, 3, 4]];
    const gradients = async (backend: string) => {
      await tf.setBackend(backend);
      const dilated = backend === 'wasm';
      const layer = tf.layers.conv2d({
        ...{ inputShape: [9, 9, 3], filters: 4, kernelSize: dilated ? 3 : 5, dilationRate: dilated ? 2 : 1 },
        ...{ padding: 'same', activation: 'relu' },
      });
      const model = tf.sequential({ layers: [layer] });
      const values = tf.tidy(() => {
        const taps = tf.tensor4d(kernel.data, [3, 3, 3, 4]);
        model.setWeights([dilated ? taps : spread(taps), tf.tensor1d(bias)]);
        const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
        const loss = () => model.apply(tf.tensor(image.data, image.shape), { training: true }) as tf.Tensor;
        const { value, grads } = tf.variableGrads(() => loss().square().sum().asScalar(), weights);
        const [ofKernel, ofBias] = weights.map(({ name }) => grads[name]!);
        const ofTaps = dilated ? ofKernel! : tf.stridedSlice(ofKernel!, [0, 0, 0, 0], [5, 5, 3, 4], [2, 2, 1, 1]);
        return [value, ofTaps, ofBias!].map((tensor) => tensor.dataSync<'float32'>());
      });
      model.dispose();
      return values;
    };
    const expected = await gradients('cpu');
    const actual = await gradients('wasm');
    for (const [i, values] of expected.entries()) expect(difference(actual[i]!, values)).toBeLessThan(1e-5);
  });
});

/** A 3×3 kernel with zeros between its taps: 5×5. */
function spread(taps: tf.Tensor4D): tf.Tensor {
  const wide = tf.pad(tf.reshape(taps, [3, 1, 3, 1, 12]), [
    [0, 0],
    [0, 1],
    [0, 0],
    [0, 1],
    [0, 0],
  ]);
  return tf.slice(tf.reshape(wide, [6, 6, 3, 4]), [0, 0, 0, 0], [5, 5, 3, 4]);
}
