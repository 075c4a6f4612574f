import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type GroupedConv2dOptions, groupedConv2d, groupedConv2dMethod, type Pair } from './grouped-conv2d-math.js';

/** Values without symmetry, the same at each run. */
function wave(shape: number[], step: number): tf.Tensor4D {
  return tf.tidy(() => tf.sin(tf.mul(tf.range(0, tf.util.sizeFromShape(shape)), step)).reshape(shape));
}

/** The definition: every group a convolution of its own. Padded beforehand, since wasm gets some of 'same' wrong. */
function reference(x: tf.Tensor4D, kernel: tf.Tensor4D, options: GroupedConv2dOptions): tf.Tensor4D {
  const { groups, strides = [1, 1], padding = 'valid', dilationRate = [1, 1], bias } = options;
  const shape = [kernel.shape[0], kernel.shape[1], x.shape[3], kernel.shape[3]] as typeof kernel.shape;
  const { padInfo } = tf.backend_util.computeConv2DInfo(x.shape, shape, [...strides], [...dilationRate], padding);
  const padded = tf.pad(x, [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ]);
  const convolve = (part: tf.Tensor4D, filter: tf.Tensor4D) =>
    tf.conv2d(part, filter, [...strides], 'valid', 'NHWC', [...dilationRate]);
  const y = groups === 1 ? convolve(padded, kernel) : perGroup(padded, kernel, groups, convolve);
  return bias ? tf.add(y, bias) : y;
}

function perGroup(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  groups: number,
  convolve: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  const kernels = tf.split<tf.Tensor4D>(kernel, groups, 3);
  return tf.concat(
    tf.split<tf.Tensor4D>(x, groups, 3).map((part, g) => convolve(part, kernels[g]!)),
    3,
  );
}

/** Largest difference relative to the largest value. */
function difference(actual: tf.Tensor, expected: tf.Tensor): number {
  expect(actual.shape).toEqual(expected.shape);
  return tf.tidy(
    () =>
      tf
        .max(tf.abs(tf.sub(actual, expected)))
        .div(tf.max(tf.abs(expected)))
        .dataSync()[0]!,
  );
}

const CHANNELS = [
  { cin: 8, cout: 8, groups: 4 },
  { cin: 8, cout: 20, groups: 4 },
  { cin: 9, cout: 6, groups: 3 },
  { cin: 6, cout: 6, groups: 6 },
  { cin: 6, cout: 18, groups: 6 },
  { cin: 5, cout: 3, groups: 1 },
  { cin: 192, cout: 6, groups: 2 },
];
const KERNELS: Pair[] = [
  [1, 1],
  [3, 3],
  [2, 2],
  [3, 5],
];
const MAPS: [number, number, number][] = [
  [1, 9, 9],
  [2, 8, 12],
  [3, 11, 10],
];
const STEPS: { strides: Pair; dilationRate: Pair }[] = [
  { strides: [1, 1], dilationRate: [1, 1] },
  { strides: [2, 2], dilationRate: [1, 1] },
  { strides: [3, 3], dilationRate: [1, 1] },
  { strides: [2, 1], dilationRate: [1, 1] },
  { strides: [1, 1], dilationRate: [2, 2] },
  { strides: [1, 1], dilationRate: [1, 2] },
];

describe.each(['cpu', 'wasm'])('groupedConv2d on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  describe.each(CHANNELS)('$cin channels to $cout in $groups groups', ({ cin, cout, groups }) => {
    test.each(KERNELS)('kernel %i×%i equals a convolution per group', (...kernelSize) => {
      const kernel = wave([...kernelSize, cin / groups, cout], 1.3);
      const bias = tf.range(1, cout + 1) as tf.Tensor1D;
      for (const map of MAPS)
        for (const steps of STEPS)
          for (const padding of ['same', 'valid'] as const) {
            const options = { ...steps, padding, groups, bias };
            const x = wave([...map, cin], 0.7);
            const where = `${map} ${JSON.stringify(steps)} ${padding}`;
            expect(difference(groupedConv2d(x, kernel, options), reference(x, kernel, options)), where).toBeLessThan(
              1e-5,
            );
          }
    });
  });

  test('leaves one tensor behind, its result', () => {
    const kernel = wave([3, 3, 4, 8], 1);
    const x = wave([1, 6, 6, 8], 1);
    const before = tf.memory().numTensors;
    for (const dilationRate of [
      [1, 1],
      [2, 2],
    ] as Pair[])
      groupedConv2d(x, kernel, { groups: 2, dilationRate }).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('gradients', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  type Inputs = [tf.Tensor4D, tf.Tensor4D, tf.Tensor1D];

  test.each(CHANNELS)('$cin channels to $cout in $groups groups, as through a convolution per group', (channels) => {
    const { cin, cout, groups } = channels;
    const inputs: Inputs = [wave([2, 7, 6, cin], 0.7), wave([3, 2, cin / groups, cout], 1.3), tf.ones([cout])];
    for (const strides of [
      [1, 1],
      [2, 2],
      [1, 3],
    ] as Pair[])
      for (const padding of ['same', 'valid'] as const) {
        const [actual, expected] = [groupedConv2d, reference].map((convolve) =>
          tf.grads((...[x, kernel, bias]) => {
            const y = convolve(x as tf.Tensor4D, kernel as tf.Tensor4D, {
              groups,
              strides,
              padding,
              bias: bias as tf.Tensor1D,
            });
            return tf.mul(y, wave(y.shape, 0.9)).sum();
          })(inputs),
        );
        for (const i of [0, 1, 2]) expect(difference(actual![i]!, expected![i]!)).toBeLessThan(1e-5);
      }
  });

  test.each([{ groups: 3 }, { groups: 1 }])(
    'dilated, in $groups groups: equals the slope, which tf.conv2d cannot tell',
    ({ groups }) => {
      const [x, kernel] = [wave([1, 7, 8, 6], 0.7), wave([3, 3, 6 / groups, 6], 1.3)];
      const loss = (...inputs: tf.Tensor[]) => {
        const options = { groups, dilationRate: [2, 2] as Pair, padding: 'same' as const };
        const y = groupedConv2d(inputs[0] as tf.Tensor4D, inputs[1] as tf.Tensor4D, options);
        return tf.mul(y, wave(y.shape, 0.9)).sum();
      };
      const gradients = tf.grads(loss)([x, kernel]);
      const slopeAlong = (which: number, position: number) => {
        const inputs = [x, kernel];
        const step = tf.oneHot([position], inputs[which]!.size).reshape(inputs[which]!.shape); // linear: any step will do
        const moved = inputs.map((input, i) => (i === which ? tf.add(input, step) : input));
        return tf.sub(loss(...moved), loss(...inputs)).dataSync()[0]!;
      };
      for (const which of [0, 1]) {
        const values = gradients[which]!.dataSync();
        for (let i = 0; i < values.length; i += 5) expect(values[i]).toBeCloseTo(slopeAlong(which, i), 4);
      }
    },
  );
});

test('the method follows group width and backend', () => {
  expect(groupedConv2dMethod(64, 1, [1, 1], 'wasm')).toBe('dense');
  expect(groupedConv2dMethod(1, 64, [2, 2], 'wasm')).toBe('depthwise');
  expect(groupedConv2dMethod(4, 32, [1, 1], 'wasm')).toBe('interleaved');
  expect(groupedConv2dMethod(95, 8, [1, 1], 'wasm')).toBe('interleaved');
  expect(groupedConv2dMethod(96, 8, [1, 1], 'wasm')).toBe('split');
  expect(groupedConv2dMethod(96, 8, [1, 1], 'cpu')).toBe('interleaved');
  expect(groupedConv2dMethod(4, 32, [1, 1], 'tensorflow')).toBe('split');
  expect(groupedConv2dMethod(1, 64, [2, 2], 'tensorflow')).toBe('depthwise');
  expect(groupedConv2dMethod(1, 64, [2, 1], 'tensorflow')).toBe('split');
});

describe('refuses', () => {
  const x = () => wave([1, 5, 5, 8], 1);
  test.each([
    ['a kernel for other groups', [3, 3, 8, 8], { groups: 2 }, { code: 'ShapeMismatch', path: 'groupedConv2d' }],
    ['outputs that groups do not divide', [3, 3, 4, 7], { groups: 2 }, { code: 'ShapeMismatch' }],
    ['a kernel larger than the map', [6, 6, 4, 8], { groups: 2 }, { code: 'ShapeMismatch' }],
    [
      'a dilated kernel larger than the map',
      [3, 3, 4, 8],
      { groups: 2, dilationRate: [3, 3] },
      { code: 'ShapeMismatch' },
    ],
    [
      'strides and dilation',
      [3, 3, 4, 8],
      { groups: 2, dilationRate: [2, 2], strides: [2, 2] },
      { code: 'ConfigInvalid' },
    ],
  ] as const)('%s', (_, shape, options, error) => {
    expect(() => groupedConv2d(x(), wave([...shape], 1), options)).toThrow(expect.objectContaining(error));
  });
});
