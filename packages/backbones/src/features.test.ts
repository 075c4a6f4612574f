import { createAssembler } from '@senet/core/container';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import { backbones } from './index.js';

const assembler = createAssembler(attentions, backbones);
const features = (taps: (number | string)[]) =>
  assembler.assemble({ extends: 'seresnet50', head: { type: 'features', taps } });
const blocks = (taps: (number | string)[]) => features(taps).receipt.attachments.map(({ block }) => block);

describe('features need no more of the network than they read', () => {
  test('whole stages up to a tap', () => {
    expect(features([1, 2]).graph.outputs).toEqual(['layer1.2.act3', 'layer2.3.act3']);
    expect(blocks([1, 2]).at(-1)).toBe('layer2.3');
    expect(() => features([0])).toThrow(expect.objectContaining({ code: 'SelectorMatchedNothing' })); // SE would be nowhere
  });

  test('units up to a node', () => {
    expect(blocks(['layer2.1.act3']).at(-1)).toBe('layer2.1');
    expect(features(['layer2.1.act3']).taps).toEqual(['act1', 'layer1.2.act3']);
  });

  test('what reaches further decides', () => {
    expect(blocks(['layer2.1.act3', 2]).at(-1)).toBe('layer2.3');
    expect(blocks(['layer3.1.act3', 2]).at(-1)).toBe('layer3.1');
  });

  test('a node before an attachment of its own unit leaves that one off the path, and that is an error', () => {
    expect(() => features(['layer2.1.bn1'])).toThrow(expect.objectContaining({ code: 'AttachmentNotOnPath' }));
  });
});

describe('mean and deviation of images', () => {
  const inputOf = (input: { shape: [number, number, number]; mean?: number[] }) =>
    assembler.assemble({ extends: 'resnet18', input }).config.input;

  test('stay the backbone’s where a config says none and they fit', () => {
    expect(inputOf({ shape: [64, 64, 3] })).toEqual({
      shape: [64, 64, 3],
      cropPct: 0.95,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    });
    expect(inputOf({ shape: [64, 64, 3], mean: [0.5, 0.5, 0.5] })).toMatchObject({
      mean: [0.5, 0.5, 0.5],
      std: [0.229, 0.224, 0.225],
    });
    expect(inputOf({ shape: [64, 64, 1] })).toEqual({ shape: [64, 64, 1], cropPct: 0.95 });
  });
});
