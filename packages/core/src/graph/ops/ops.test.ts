import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../builder.js';
import type { Node } from '../node.js';
import type { Shape } from '../shape.js';
import { OPS } from './index.js';

type Build = (g: GraphBuilder, x: Node, ...more: Node[]) => Node;

function build(shapes: readonly Shape[], of: Build): Node {
  const g = new GraphBuilder();
  const [x, ...more] = shapes.map((shape, i) => g.input(shape, `x${i}`));
  return g.scope('layer1', () => of(g, x!, ...more));
}

describe('shapes', () => {
  test.each<[string, readonly Shape[], Build, Shape]>([
    ['conv2d', [[9, null, 3]], (g, x) => g.conv2d(x, { filters: 5, kernel: 3, strides: 2 }), [4, null, 5]],
    ['dilated', [[9, 9, 3]], (g, x) => g.conv2d(x, { filters: 1, kernel: 3, dilation: [2, 3] }), [5, 3, 1]],
    ['depthwise', [[9, 9, 3]], (g, x) => g.depthwiseConv2d(x, { kernel: 3, multiplier: 2 }), [7, 7, 6]],
    ['conv1d', [[9, 2]], (g, x) => g.conv1d(x, { filters: 4, kernel: 3 }), [9, 4]],
    ['conv1d valid', [[9, 2]], (g, x) => g.conv1d(x, { filters: 4, kernel: 3, padding: 'valid' }), [7, 4]],
    ['dense', [[9]], (g, x) => g.dense(x, { units: 4 }), [4]],
    ['pool', [[9, 8, 3]], (g, x) => g.maxPool(x, { size: 2 }), [4, 4, 3]],
    ['ceil pool', [[9, 8, 3]], (g, x) => g.maxPool(x, { size: 2, ceil: true }), [5, 4, 3]],
    ['space', [[null, 8, 3]], (g, x) => g.reduce(x), [1, 1, 3]],
    ['flat space', [[null, 8, 3]], (g, x) => g.reduce(x, { keepDims: false }), [3]],
    ['channels', [[null, 8, 3]], (g, x) => g.reduce(x, { over: 'channels' }), [null, 8, 1]],
    ['pad', [[null, 8, 3]], (g, x) => g.pad(x, [1, 2, 3, 4]), [null, 15, 3]],
    [
      'gate',
      [
        [null, 8, 3],
        [1, 1, 3],
      ],
      (g, x, y) => g.multiply([x, y]),
      [null, 8, 3],
    ],
    [
      'gate first',
      [
        [1, 1, 3],
        [null, 8, 3],
      ],
      (g, x, y) => g.multiply([x, y]),
      [null, 8, 3],
    ],
    [
      'known beside open',
      [
        [null, 8, 3],
        [6, null, 3],
      ],
      (g, x, y) => g.add([x, y]),
      [6, 8, 3],
    ],
    [
      'concatenate',
      [
        [4, 8, 3],
        [4, 8, 5],
        [4, 8, 1],
      ],
      (g, ...xs) => g.concatenate(xs),
      [4, 8, 9],
    ],
    ['reshape', [[1, 1, 6]], (g, x) => g.reshape(x, [6, 1]), [6, 1]],
    ['reshape of open', [[null, 2]], (g, x) => g.reshape(x, [7]), [7]],
  ])('%s', (_, shapes, of, expected) => {
    expect(build(shapes, of).shape).toEqual(expected);
  });
});

describe('errors name the node, its op and what it reads', () => {
  test.each<[string, readonly Shape[], Build, string]>([
    [
      'kernel over the map',
      [[2, 2, 3]],
      (g, x) => g.conv2d(x, { filters: 1, kernel: 5, name: 'n' }),
      'conv2d of x0: a window of 5',
    ],
    ['no map', [[2, 2]], (g, x) => g.conv2d(x, { filters: 1, kernel: 1, name: 'n' }), 'conv2d of x0: needs a map'],
    [
      'groups',
      [[2, 2, 3]],
      (g, x) => g.conv2d(x, { filters: 4, kernel: 1, groups: 2, name: 'n' }),
      '2 groups do not divide 3',
    ],
    [
      'groups of filters',
      [[2, 2, 4]],
      (g, x) => g.conv2d(x, { filters: 3, kernel: 1, groups: 2, name: 'n' }),
      'into 3 filters',
    ],
    ['steps', [[2, 2, 4]], (g, x) => g.conv1d(x, { filters: 3, kernel: 1, name: 'n' }), 'needs [steps, channels]'],
    ['features', [[2, 4]], (g, x) => g.dense(x, { units: 3, name: 'n' }), 'dense of x0: needs [features]'],
    [
      'broadcast',
      [
        [2, 4, 3],
        [2, 4, 2],
      ],
      (g, x, y) => g.add([x, y!], { name: 'n' }),
      'add of x0, x1: [2, 4, 3] and [2, 4, 2]',
    ],
    ['ranks', [[2, 4, 3], [3]], (g, x, y) => g.multiply([x, y!], { name: 'n' }), 'do not broadcast'],
    [
      'maps to join',
      [
        [2, 4, 3],
        [2, 5, 3],
      ],
      (g, x, y) => g.concatenate([x, y!], { name: 'n' }),
      'differ outside the last axis',
    ],
    ['sizes', [[2, 4, 3]], (g, x) => g.reshape(x, [23], { name: 'n' }), '[2, 4, 3] has 24 values, [23] has 23'],
    ['channels', [[2, null]], (g, x) => g.batchNormalization(x, { name: 'n' }), 'known number of channels'],
    ['one input', [[2, 4]], (g, x) => g.add([x], { name: 'n' }), "'add' got 1 inputs; expected at least 2"],
    ['no input', [[2, 4]], (g) => g.concatenate([], { name: 'n' }), "'concatenate' got 0 inputs"],
    [
      'empty windows',
      [[4, 4, 3]],
      (g, x) => g.averagePool(x, { size: 2, padding: [0, 2, 0, 0], name: 'n' }),
      'padding of 0,2,0,0 around windows of 2 × 2',
    ],
  ])('%s', (_, shapes, of, message) => {
    expect(() => build(shapes, of)).toThrowError(
      expect.objectContaining({ code: 'ShapeMismatch', path: 'layer1.n', message: expect.stringContaining(message) }),
    );
  });
});

test('every op says what it is and how many inputs it takes', () => {
  for (const [name, { summary, inputs }] of Object.entries(OPS)) {
    expect(summary, name).not.toBe('');
    expect(inputs.min, name).toBeLessThanOrEqual(inputs.max);
  }
});
