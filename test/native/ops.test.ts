import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { type Compute, describeNative, difference, loadNative, on, tensor } from './native.js';

type Map4 = tf.Tensor4D;

const x = () => tensor('x', 2, 9, 8, 6);
const kernel = () => tensor('kernel', 3, 3, 6, 4);
const depthwise = () => tensor('depthwise', 3, 3, 6, 1);
const channels = (name: string) => tensor(name, 6) as unknown as tf.Tensor1D;
const padded = (input: Map4) =>
  tf.pad(input, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
const normalize = (input: Map4) =>
  tf.batchNorm(input, channels('mean'), tf.abs(channels('variance')), channels('beta'), channels('gamma'), 1e-5);

/** What the layers of this library are made of. */
const FORWARD: Record<string, Compute> = {
  'conv2d, same, stride 1': () => tf.conv2d(x(), kernel(), 1, 'same'),
  'conv2d, same, stride 2': () => tf.conv2d(x(), kernel(), 2, 'same'),
  'conv2d, zeros then valid': () => tf.conv2d(padded(x()), kernel(), 2, 'valid'),
  'conv2d, dilated': () => tf.conv2d(x(), kernel(), 1, 'same', 'NHWC', 2),
  'conv2d, 1×1': () => tf.conv2d(x(), tensor('point', 1, 1, 6, 8), 1, 'valid'),
  'conv2d, fused': () => tf.fused.conv2d({ x: x(), filter: kernel(), strides: 1, pad: 'same', activation: 'relu6' }),
  'depthwiseConv2d, stride 1': () => tf.depthwiseConv2d(x(), depthwise(), 1, 'same'),
  'depthwiseConv2d, zeros then valid, stride 2': () => tf.depthwiseConv2d(padded(x()), depthwise(), 2, 'valid'),
  conv1d: () => tf.conv1d(tensor('sequence', 2, 9, 1) as unknown as tf.Tensor3D, tf.ones([3, 1, 1]), 1, 'same'),
  matMul: () => tf.matMul(tensor('a', 5, 7), tensor('b', 9, 7), false, true),
  'maxPool, same': () => tf.maxPool(x(), 3, 2, 'same'),
  'maxPool, zeros then valid': () => tf.maxPool(padded(tf.relu(x())), 3, 2, 'valid'),
  'avgPool, same': () => tf.avgPool(x(), 3, 1, 'same'),
  mean: () => tf.mean(x(), [1, 2], true),
  max: () => tf.max(x(), [3], true),
  batchNorm: () => normalize(x()),
  activations: () => [
    tf.relu6(x().mul(9)),
    tf.sigmoid(x()),
    tf.tanh(x()),
    tf.softmax(x()),
    tf.mul(x(), tf.sigmoid(x())),
  ],
  'a gate': () => tf.mul(x(), tf.sigmoid(tf.mean(x(), [1, 2], true))),
  concat: () => tf.concat([x(), x()], 3),
  'split, transpose, reshape': () =>
    tf.split(tf.transpose(x(), [0, 3, 1, 2]), 2, 1).map((part) => part.reshape([2, -1])),
  'space and batch': () => tf.batchToSpaceND(tf.spaceToBatchND(tf.ones([1, 8, 8, 3]), [2, 2], [[0, 0], [0, 0]]), [2, 2], [[0, 0], [0, 0]]), // biome-ignore format: one line
  resizeBilinear: () => tf.image.resizeBilinear(x(), [5, 12], false, true),
  resizeNearestNeighbor: () => tf.image.resizeNearestNeighbor(x(), [18, 16]),
};

/** Sums of squares, so that the gradient that comes in differs from place to place. */
const gradients = (f: (...inputs: Map4[]) => tf.Tensor, inputs: () => Map4[]) => () =>
  tf.grads((...values) => tf.sum(tf.square(f(...(values as Map4[])))))(inputs());

const BACKWARD: Record<string, Compute> = {
  'conv2d, same, stride 1': gradients(
    (a, k) => tf.conv2d(a!, k!, 1, 'same'),
    () => [x(), kernel()],
  ),
  'conv2d, zeros then valid, stride 2': gradients(
    (a, k) => tf.conv2d(padded(a!), k!, 2, 'valid'),
    () => [x(), kernel()],
  ),
  'depthwiseConv2d, stride 2': gradients(
    (a, k) => tf.depthwiseConv2d(a!, k!, 2, 'same'),
    () => [x(), depthwise()],
  ),
  'maxPool, same': gradients(
    (a) => tf.maxPool(a!, 3, 2, 'same'),
    () => [x()],
  ),
  'avgPool, valid': gradients(
    (a) => tf.avgPool(a!, 3, 1, 'valid'),
    () => [x()],
  ),
  batchNorm: gradients(
    (a) => normalize(a!),
    () => [x()],
  ),
  'a gate': gradients(
    (a) => tf.mul(a!, tf.sigmoid(tf.mean(a!, [1, 2], true))),
    () => [x()],
  ),
};

describeNative('on the tensorflow backend', () => {
  beforeAll(loadNative);

  test.each(Object.entries(FORWARD))('%s is what cpu and wasm compute', async (_, compute) => {
    const actual = await on('tensorflow', compute);
    expect(difference(actual, await on('cpu', compute))).toBeLessThan(2e-6);
    expect(difference(actual, await on('wasm', compute))).toBeLessThan(2e-6);
  });

  test.each(Object.entries(BACKWARD))('the gradient of %s is what cpu computes', async (_, compute) => {
    expect(difference(await on('tensorflow', compute), await on('cpu', compute))).toBeLessThan(1e-5);
  });
});

/** What docs/native.md says it cannot do: a test that fails here is good news, and a change of that page. */
describeNative('the tensorflow backend has its limits', () => {
  beforeAll(async () => {
    await loadNative();
    await tf.setBackend('tensorflow');
  });

  const zeros: [[0, 0], [1, 1], [1, 1], [0, 0]] = [[0, 0], [1, 1], [1, 1], [0, 0]]; // biome-ignore format: one line

  test.each<[string, Compute]>([
    ['conv2d with a number', () => tf.conv2d(x(), kernel(), 1, 1)],
    ['depthwiseConv2d with a number', () => tf.depthwiseConv2d(x(), depthwise(), 1, 1)],
    ['maxPool with a number', () => tf.maxPool(x(), 3, 2, 1)],
    ['avgPool with a number', () => tf.avgPool(x(), 3, 2, 1)],
    ['maxPool with four sides', () => tf.maxPool(x(), 3, 2, zeros as never)],
    [
      'the gradient of conv2d with four sides',
      gradients(
        (a) => tf.conv2d(a!, kernel(), 1, zeros),
        () => [x()],
      ),
    ],
  ])('padding: %s is refused', (_, compute) => {
    expect(() => tf.tidy(() => void compute())).toThrow("TF Backend supports only 'valid' and 'same' padding");
  });

  test('kernels: it lacks 17 of those of cpu', () => {
    const names = (backend: string) => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
    const own = new Set(names('tensorflow'));
    const missing = names('cpu').filter((name) => !own.has(name));
    expect(missing.sort()).toEqual([
      ...['BitwiseAnd', 'DenseBincount', 'Draw', 'MaxPoolWithArgmax', 'RaggedGather', 'RaggedRange'],
      ...['RaggedTensorToTensor', 'RotateWithOffset', 'SearchSorted', 'SparseFillEmptyRows', 'SparseReshape'],
      ...['SparseSegmentMean', 'SparseSegmentSum', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
      'Transform',
    ]);
  });
});

/** Where the two differ and it is not this one that errs. */
describeNative('gradients that are right on the tensorflow backend', () => {
  beforeAll(loadNative);

  test("of avgPool with 'same': cpu and wasm divide by the whole window at the border, unlike their forward pass", async () => {
    const ones = () => tf.grad((a) => tf.sum(tf.avgPool(a as Map4, 3, 1, 'same')))(tf.zeros([1, 4, 4, 1]));
    const corner = 1 / 4 + 1 / 6 + 1 / 6 + 1 / 9; // the four windows it lies in have 4, 6, 6 and 9 values
    expect((await on('tensorflow', ones))[0]![0]).toBeCloseTo(corner, 6);
    for (const backend of ['cpu', 'wasm']) expect((await on(backend, ones))[0]![0]).toBeCloseTo(4 / 9, 6);
  });

  test('of resizeNearestNeighbor in a batch: cpu mixes up the samples', async () => {
    const doubled = gradients((a) => tf.image.resizeNearestNeighbor(a!, [18, 16]), () => [x()]); // biome-ignore format: one line
    const expected = await on('cpu', () => tf.mul(x(), 8)); // each value stands at four places, squared
    expect(difference(await on('tensorflow', doubled), expected)).toBeLessThan(1e-6);
    expect(difference(await on('cpu', doubled), expected)).toBeGreaterThan(0.1);
  });
});
