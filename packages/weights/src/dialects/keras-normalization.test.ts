import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import { fromFloat32, loadWeights, type RawTensor, toFloat32, toTensors } from '../index.js';

const assembler = createAssembler(attentions, backbones);
const thin = { type: 'efficientnet_b0', width: 0.25 } as const;
const net = assembler.assemble({ extends: 'efficientnet_b0_keras', backbone: thin });
const scaled = assembler.assemble({
  extends: 'efficientnet_b0_keras',
  backbone: thin,
  input: { shape: [224, 224, 3], mean: [0.5], std: [0.25] },
});
const state = net.initialState(0);
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
const squared = (values: readonly number[]) => values.map((value) => value ** 2);

function withNormalization(mean: readonly number[], variance: readonly number[], name = 'normalization') {
  const { tensors } = toTensors(net, state, { dialect: 'keras' });
  const channels = (values: readonly number[]) => fromFloat32(Float32Array.from(values), [values.length]);
  const kept = [...tensors].filter(([key]) => !key.startsWith('normalization'));
  const layer: [string, RawTensor][] = [
    [`${name}/mean`, channels(mean)],
    [`${name}/variance`, channels(variance)],
    [`${name}/count`, { dtype: 'I64', shape: [], bytes: new Uint8Array(8) }],
  ];
  return { metadata: {}, tensors: new Map([...layer, ...kept]) };
}

test('a saved file has the layer, as Keras asks for it, in the state that prepares images as the config says', () => {
  const { tensors } = toTensors(net, state, { dialect: 'keras' });
  expect([...tensors.keys()].slice(0, 3)).toEqual([
    'normalization/mean',
    'normalization/variance',
    'normalization/count',
  ]);
  const values = (key: string) => [...toFloat32(tensors.get(key)!, key)];
  expect(values('normalization/mean')).toEqual(MEAN.map(Math.fround));
  expect(values('normalization/variance')).toEqual(squared(STD).map(Math.fround));
  const single = toTensors(scaled, state, { dialect: 'keras' }).tensors;
  expect([...toFloat32(single.get('normalization/variance')!, 'variance')]).toEqual([0.0625, 0.0625, 0.0625]);
});

describe('a file whose layer', () => {
  test.each([
    ['has the mean and variance of the config', MEAN, squared(STD)],
    ["is the published weights', whose variance is the deviation", MEAN, STD],
    ['was never adapted', [0, 0, 0], [1, 1, 1]],
  ])('%s is read', (_, mean, variance) => {
    expect(loadWeights(net, withNormalization(mean, variance)).size).toBe(net.graph.parameters.size);
    expect(loadWeights(net, withNormalization(mean, variance, 'normalization_3')).size).toBe(state.size);
  });

  test.each([
    ['has another mean', [0.5, 0.5, 0.5], squared(STD)],
    ['has another variance', MEAN, [0.1, 0.1, 0.1]],
    ['has other channels', [0.485], [0.229 ** 2]],
  ])('%s is refused', (_, mean, variance) => {
    expect(() => loadWeights(net, withNormalization(mean, variance), { path: 'b0.h5' })).toThrowError(
      expect.objectContaining({
        code: 'WeightsMismatch',
        path: 'b0.h5: normalization',
        expected: expect.stringMatching(/input\.mean \[0\.485, 0\.456, 0\.406\] and input\.std/),
      }),
    );
  });

  test('fits the config only, whatever the recipe says', () => {
    const own = withNormalization([0.5, 0.5, 0.5], [0.0625, 0.0625, 0.0625]);
    expect(loadWeights(scaled, own).size).toBe(state.size);
    expect(() => loadWeights(scaled, withNormalization(MEAN, STD))).toThrowError(
      /normalizes its input by mean \[0\.485/,
    );
    expect(() => loadWeights(scaled, withNormalization([0.5, 0.5, 0.5], [0.25, 0.25, 0.25]))).toThrowError(/variance/);
  });
});
