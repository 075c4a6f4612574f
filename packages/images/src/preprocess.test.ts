import type { InputConfig } from '@senet/core/graph';
import { describe, expect, test } from 'vitest';
import { digestOf, goldenCases, noise } from '../../../test/support/images.js';
import type { Image } from './image.js';
import { preprocess } from './preprocess.js';
import { preprocessingOf } from './preprocessing.js';

interface Case {
  readonly of: readonly [number, number];
  readonly input: InputConfig & { readonly shape: [number, number, number] };
  readonly sha256: string;
}

describe.each(['center', 'squash', 'border'] as const)("%s is timm's tensor, bit for bit", (mode) => {
  const cases = goldenCases<Case>('preprocess.json').filter(({ input }) => input.cropMode === mode);

  test.each(cases.map((one) => [titleOf(one), one] as const))('%s', (_, { of, input, sha256 }) => {
    const { data, shape } = preprocess(noise(...of, 3), preprocessingOf(input));
    expect(shape).toEqual(input.shape);
    expect(digestOf(data)).toBe(sha256);
  });
});

function titleOf({ of, input: { shape, cropPct, interpolation } }: Case): string {
  return `${of.join('×')} to ${shape.join('×')}, ${cropPct}, ${interpolation}`;
}

const pixel: Image = { width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 51, 0) };

test('bgr: channels change places, and mean and std belong to where they go', () => {
  const input: InputConfig = { shape: [1, 1, 3], mean: [0, 0.2, 0.5], std: [1, 1, 0.5], channelOrder: 'bgr' };
  const { data } = preprocess(pixel, preprocessingOf(input));
  expect([...data]).toEqual([0, 0, 1]);
});

test('bgr: the border has the mean too', () => {
  const input: InputConfig = {
    shape: [1, 3, 3],
    mean: [0.2, 0.4, 0.6],
    cropMode: 'border',
    cropPct: 1,
    channelOrder: 'bgr',
  };
  const [left, middle, right] = chunks(preprocess(pixel, preprocessingOf(input)).data, 3);
  expect(left).toEqual([0, 0, 0]);
  expect(right).toEqual(left);
  expect(middle).toEqual([-0.2, Math.fround(0.2) - Math.fround(0.4), 1 - Math.fround(0.6)].map(Math.fround));
});

test('an open size takes the image as it is, and its samples as 0 to 1', () => {
  const { data, shape } = preprocess(noise(5, 3, 3), preprocessingOf({ shape: [null, null, 3] }));
  expect(shape).toEqual([3, 5, 3]);
  expect(data).toEqual(Float32Array.from(noise(5, 3, 3).data, (byte) => byte / 255));
});

test('grey is repeated, and the image is left alone', () => {
  const image = noise(4, 4, 1);
  const before = image.data.slice();
  const { data } = preprocess(image, preprocessingOf({ shape: [null, null, 3], mean: [0.5], std: [0.25] }));
  expect(chunks(data, 3).every(([red, green, blue]) => red === green && green === blue)).toBe(true);
  expect(image.data).toEqual(before);
});

test('what a config leaves out', () => {
  expect(preprocessingOf({ shape: [224, 192, 3] })).toEqual({
    size: { height: 224, width: 192 },
    channels: 3,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    channelOrder: 'rgb',
    interpolation: 'bicubic',
    cropPct: 0.875,
    cropMode: 'center',
  });
});

test.each<[string, InputConfig, string]>([
  ['four channels', { shape: [8, 8, 4] }, 'input.shape'],
  ['one open side', { shape: [8, null, 3] }, 'input.shape'],
  ['two means', { shape: [8, 8, 3], mean: [0.5, 0.5] }, 'input.mean'],
  ['three stds of a grey network', { shape: [8, 8, 1], std: [1, 1, 1] }, 'input.std'],
])('refuses %s', (_, input, path) => {
  expect(() => preprocessingOf(input)).toThrow(expect.objectContaining({ code: 'InputInvalid', path }));
});

test('an image so long that a side would be nothing is refused', () => {
  const line: Image = { width: 5000, height: 1, channels: 1, data: new Uint8Array(5000) };
  const input: InputConfig = { shape: [8, 8, 1], cropMode: 'border' };
  expect(() => preprocess(line, preprocessingOf(input))).toThrow(expect.objectContaining({ code: 'InputInvalid' }));
});

function chunks(data: Float32Array, size: number): number[][] {
  return Array.from({ length: data.length / size }, (_, i) => [...data.subarray(i * size, (i + 1) * size)]);
}
