import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import { SenetError } from '@senet/core/graph';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import { sameBits } from '../../../../test/support/bits.js';
import { fittingDialect, loadWeights, paddle, type TensorFile, toTensors } from '../index.js';
import { entriesOf } from './dialect.js';

const net = createAssembler(attentions, backbones).assemble({
  backbone: {
    type: 'staged',
    stem: [{ filters: 8, kernel: 3, stride: 2 }],
    stages: [{ unit: { type: 'inverted-residual', expanded: 16 }, filters: 8 }],
  },
  attach: [{ type: 'se', ratio: 4, rounding: 'floor' }],
  input: { shape: [16, 16, 3] },
  head: { type: 'classifier', classes: 2 },
});
const state = net.initialState(2);
const saved = toTensors(net, state, { dialect: 'paddle' });

/** The file as a program would write it that has built other layers before. */
function counted(from: number): TensorFile {
  const later = (name: string) => name.replace(/_(\d+)\./, (_, number) => `_${Number(number) * 2 + from}.`);
  return { metadata: {}, tensors: new Map([...saved.tensors].map(([name, tensor]) => [later(name), tensor])) };
}

test('counts convolutions, normalizations and dense layers, each for itself, in the order of the graph', () => {
  const entries = entriesOf(net, paddle).map(({ parameter, key }) => [parameter.key, key]);
  const layers = entries.filter(([own]) => own!.endsWith('.weight'));
  expect(Object.fromEntries(layers)).toEqual({
    'conv_stem.weight': 'conv2d_0.w_0',
    'bn1.weight': 'batch_norm_0.w_0',
    'blocks.0.0.conv_pw.weight': 'conv2d_1.w_0',
    'blocks.0.0.bn1.weight': 'batch_norm_1.w_0',
    'blocks.0.0.conv_dw.weight': 'conv2d_2.w_0',
    'blocks.0.0.bn2.weight': 'batch_norm_2.w_0',
    'blocks.0.0.se.conv_reduce.weight': 'conv2d_3.w_0',
    'blocks.0.0.se.conv_expand.weight': 'conv2d_4.w_0',
    'blocks.0.0.conv_pwl.weight': 'conv2d_5.w_0',
    'blocks.0.0.bn3.weight': 'batch_norm_3.w_0',
    'classifier.weight': 'fc_0.w_0',
  });
  const keys = Object.fromEntries(entries);
  expect(['bn1.bias', 'bn1.running_mean', 'bn1.running_var'].map((own) => keys[own])).toEqual([
    'batch_norm_0.b_0',
    'batch_norm_0.w_1',
    'batch_norm_0.w_2',
  ]);
  expect(keys['blocks.0.0.se.conv_expand.bias']).toBe('conv2d_4.b_0');
});

test('lays convolutions out as torch does, dense layers inputs first', () => {
  const shapeOf = (name: string) => saved.tensors.get(name)!.shape;
  expect(shapeOf('conv2d_0.w_0')).toEqual([8, 3, 3, 3]);
  expect(shapeOf('conv2d_2.w_0')).toEqual([16, 1, 3, 3]);
  expect(shapeOf('fc_0.w_0')).toEqual([8, 2]);
});

describe.each([0, 7, 94])('numbered from %i', (from) => {
  test('is found by its keys, and loads', () => {
    expect(fittingDialect(net, counted(from)).name).toBe('paddle');
    const loaded = loadWeights(net, counted(from));
    for (const [key, values] of state) expect(sameBits(loaded.get(key), values), key).toBe(true);
  });
});

test('leaves out the constants of formulas that ONNX files have', () => {
  const six = { dtype: 'F32', shape: [], bytes: new Uint8Array(4) } as const;
  const constants = ['p2o.helper.constant.0', 'fill_constant_1.tmp_0'].map((name) => [name, six] as const);
  const tensors = new Map([...constants, ...saved.tensors]);
  expect(loadWeights(net, { metadata: {}, tensors }).size).toBe(state.size);
});

test('is strict: what is missing or left over is told', () => {
  const without = new Map([...saved.tensors].filter(([name]) => name !== 'fc_0.b_0'));
  const more = new Map([...saved.tensors, ['conv2d_9.w_0', saved.tensors.get('conv2d_0.w_0')!]]);
  for (const [tensors, name] of [
    [without, 'fc_0.b_0'],
    [more, 'conv2d_6.w_0'],
  ] as const) {
    const load = () => loadWeights(net, { metadata: {}, tensors }, { dialect: 'paddle' });
    expect(load).toThrowError(SenetError);
    expect(load).toThrowError(
      expect.objectContaining({ code: 'WeightsMismatch', message: expect.stringContaining(name) }),
    );
  }
});
