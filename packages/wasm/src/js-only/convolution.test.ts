import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { WasmBackend } from '../backend/tfjs-internals.js';
import { install, uninstall } from '../install.js';
import { random, randomValues, withGradients, worstDifference } from '../testing/compare.js';

type Pad = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];

interface Step {
  readonly strides: [number, number];
  readonly dilation: number;
  readonly pad: Pad;
}

interface Case extends Step {
  readonly kernel: readonly [number, number];
  /** Batch, height, width. */
  readonly image: readonly [number, number, number];
  readonly inChannels: number;
  readonly outChannels: number;
}

beforeEach(() => installJavaScript(true));
afterAll(uninstall);

/** Installs; without aliases where no tensor can be made within another's memory. */
async function installJavaScript(aliases: boolean): Promise<void> {
  await tf.setBackend('wasm');
  uninstall();
  const backend = tf.backend() as unknown as WasmBackend;
  const { makeOutput } = backend;
  const refuse: typeof makeOutput = (shape, dtype, address) => {
    if (address !== undefined) throw new Error('no aliases');
    return makeOutput.call(backend, shape, dtype);
  };
  if (!aliases) backend.makeOutput = refuse;
  expect(await install(tf, { simd: 'none' })).toMatchObject({ simd: 'none', memory: 'js-only' });
  delete (backend as Partial<WasmBackend>).makeOutput; // the prototype's again
}

const around = (top: number, bottom: number, left: number, right: number): Pad => {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
};

const KERNELS: readonly Case['kernel'][] = [1, 2, 3, 5, 7].map((k) => [k, k] as const).concat([[3, 1]]);
const STEPS: readonly Omit<Step, 'pad'>[] = [
  { strides: [1, 1], dilation: 1 },
  { strides: [2, 2], dilation: 1 },
  { strides: [3, 3], dilation: 1 },
  { strides: [2, 1], dilation: 1 },
  { strides: [1, 1], dilation: 2 },
];

const PADS: readonly Pad[] = ['same', 'valid', 1, 3, around(2, 0, 0, 3), around(4, 4, 1, 5)];

/** Every kernel, step and padding, with sizes that go round independently of them. */
const CASES: readonly Case[] = KERNELS.flatMap((kernel) =>
  STEPS.flatMap((step) => PADS.map((pad) => ({ kernel, ...step, pad }))),
).map((given, i) => ({
  ...given,
  image: (
    [
      [1, 13, 13],
      [2, 14, 15],
      [3, 15, 13],
    ] as const
  )[i % 3]!,
  inChannels: [3, 4, 1, 6][i % 4]!,
  outChannels: [5, 8, 2, 1, 4][i % 5]!,
}));

describe.each(KERNELS)('%i×%i', (...kernel) => {
  const cases = CASES.filter((given) => given.kernel.every((size, axis) => size === kernel[axis]));

  test.each([
    ['views', true],
    ['one convolution', false],
  ])(
    `${cases.length} convolutions, filters by %s, and their gradients are those of the cpu backend`,
    async (_, aliases) => {
      await installJavaScript(aliases);
      const filters = cases.map(({ inChannels, outChannels }) => [...kernel, inChannels, outChannels]);
      expect(await wrong(cases, tf.conv2d, filters)).toEqual([]);
    },
  );

  test(`${cases.length} depthwise convolutions and their gradients are those of the cpu backend`, async () => {
    const filters = cases.map(({ inChannels, outChannels }) => [...kernel, inChannels, 1 + (outChannels % 2)]);
    expect(await wrong(cases, tf.depthwiseConv2d, filters)).toEqual([]);
  });
});

test.each([
  ['conv2d', [3, 1, 4, 2]],
  ['depthwiseConv2d', [3, 1, 4, 1]],
] as const)('fused %s with paddings that tfjs gets wrong', async (name, shape) => {
  const next = random(1);
  const inputs = [[2, 14, 15, 4], shape, [name === 'conv2d' ? 2 : 4]].map((each) => randomValues(next, [...each]));
  for (const { strides, pad } of [
    { strides: 3, pad: 'same' as const },
    { strides: 1, pad: 2 },
  ]) {
    const f = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) => {
      const given = {
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias,
        strides,
        pad,
        activation: 'relu' as const,
      };
      return tf.fused[name](given);
    };
    expect(await worstDifference(f as never, inputs)).toBeLessThanOrEqual(1e-5);
  }
});

test('there are as many cases as promised', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(120);
});

/** The cases whose worst relative difference is more than 1e-5. */
async function wrong(cases: readonly Case[], convolution: typeof tf.conv2d, filters: number[][]): Promise<object[]> {
  const next = random(cases.length);
  const differences = [];
  for (const [i, given] of cases.entries()) {
    const inputs = [randomValues(next, [...given.image, given.inChannels]), randomValues(next, filters[i]!)];
    differences.push({ ...given, worst: await worstDifference(gradientsOf(convolution, given), inputs) });
  }
  return differences.filter(({ worst }) => !(worst <= 1e-5));
}

/** Output and gradients. The cpu backend's gradients take no dilations: there the filter has zeros between its taps. */
function gradientsOf(convolution: typeof tf.conv2d, { strides, dilation, pad }: Step) {
  return withGradients((x, filter) => {
    const spread = tf.getBackend() === 'cpu' && dilation > 1;
    const taps = spread ? dilated(filter as tf.Tensor4D, dilation) : (filter as tf.Tensor4D);
    return convolution(x as tf.Tensor4D, taps, strides, pad as 'same', 'NHWC', spread ? 1 : dilation);
  });
}

function dilated(filter: tf.Tensor4D, dilation: number): tf.Tensor4D {
  const [kh, kw, cin, cout] = filter.shape;
  const size = (taps: number) => (taps - 1) * dilation + 1;
  const gap: [number, number] = [0, dilation - 1];
  return tf
    .pad(filter.reshape([kh, 1, kw, 1, cin * cout]), [[0, 0], gap, [0, 0], gap, [0, 0]])
    .reshape<tf.Tensor4D>([kh * dilation, kw * dilation, cin, cout])
    .slice([0, 0, 0, 0], [size(kh), size(kw), cin, cout]);
}
