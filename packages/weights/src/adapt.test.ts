import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import { loadWeights, saveWeights } from './index.js';

const assembler = createAssembler(attentions, backbones);
const make = (channels: number, classes: number, style: 'timm' | 'keras' = 'timm') =>
  assembler.assemble({
    backbone: { type: 'resnet18', style, widths: [4, 4, 8, 8] },
    input: { shape: [32, 32, channels] },
    head: { type: 'classifier', classes },
  });

const rgb = make(3, 10);
const state = rgb.initialState(1);
const bytes = saveWeights(rgb, state);
const kernel = state.get('conv1.weight')!; // [7, 7, 3, 64]
const at = (tap: number, channel: number, filter: number) => kernel[(tap * 3 + channel) * 64 + filter]!;

describe('adapting', () => {
  test('nothing is adapted that was not asked for', () => {
    expect(() => loadWeights(make(1, 10), bytes)).toThrow('conv1.weight: [64, 3, 7, 7], expected [64, 1, 7, 7]');
    expect(() => loadWeights(make(3, 5), bytes, { adapt: ['stem'] })).toThrow('fc.weight: [10, 8], expected [5, 8]');
    expect(() => loadWeights(make(1, 10), bytes, { adapt: ['head'] })).toThrow('conv1.weight');
  });

  test('the head starts afresh, and the rest is loaded', () => {
    const net = make(3, 5);
    const loaded = loadWeights(net, bytes, { adapt: ['head'] });
    expect(loaded.get('fc.weight')).toEqual(net.initialState().get('fc.weight'));
    expect(loaded.get('conv1.weight')).toEqual(kernel);
  });

  test('a head that fits is loaded, asked for or not', () => {
    expect(loadWeights(make(3, 10), bytes, { adapt: ['head', 'stem'] }).get('fc.weight')).toEqual(
      state.get('fc.weight'),
    );
  });

  test('one channel: the sum over the colours', () => {
    const adapted = loadWeights(make(1, 10), bytes, { adapt: ['stem'] }).get('conv1.weight')!;
    expect(adapted[5 * 64 + 7]).toBeCloseTo(at(5, 0, 7) + at(5, 1, 7) + at(5, 2, 7), 6);
  });

  test('n channels: the colours repeated, scaled by 3 / n', () => {
    const adapted = loadWeights(make(5, 10), bytes, { adapt: ['stem'] }).get('conv1.weight')!;
    for (const channel of [0, 2, 3, 4]) {
      expect(adapted[(5 * 5 + channel) * 64 + 7]).toBeCloseTo((at(5, channel % 3, 7) * 3) / 5, 6);
    }
  });

  test('in other layouts too', () => {
    const net = make(3, 10, 'keras');
    const file = saveWeights(net, net.initialState(2), { dialect: 'keras' });
    const adapted = loadWeights(make(1, 3, 'keras'), file, { adapt: ['stem', 'head'], dialect: 'keras' });
    const original = net.initialState(2).get('conv1.weight')!;
    expect(adapted.get('conv1.weight')![0]).toBeCloseTo(original[0]! + original[64]! + original[128]!, 6);
  });

  test('a stem that is not of three channels is refused', () => {
    const two = make(2, 10);
    const file = saveWeights(two, two.initialState(1));
    expect(() => loadWeights(make(1, 10), file, { adapt: ['stem'] })).toThrow('three input channels');
  });
});
