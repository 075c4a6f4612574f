import { describe, expect, test } from 'vitest';
import { GraphBuilder } from './builder.js';

const failure = (code: string, path: string) => expect.objectContaining({ name: 'SenetError', code, path });

describe('names', () => {
  test('are made of the scopes that are open', () => {
    const g = new GraphBuilder();
    const x = g.input([4]);
    const [inner, outer] = g.scope('layer1', () => [
      g.scope('0', () => g.relu(x, { name: 'act' })),
      g.scope('', () => g.relu(x, { name: 'act' })),
    ]);
    expect([inner!.name, outer!.name]).toEqual(['layer1.0.act', 'layer1.act']);
    expect(g.scope('layer2', () => g.relu(x, { name: '' })).name).toBe('layer2');
    expect(g.relu(x, { name: 'act' }).name).toBe('act');
    expect(g.scope('a', () => g.path('b'))).toBe('a.b');
  });

  test('are numbered where none is given', () => {
    const g = new GraphBuilder();
    const x = g.input([4]);
    const names = [1, 2, 3].map(() => g.add([x, x]).name);
    expect(names).toEqual(['add', 'add_1', 'add_2']);
  });

  test('stay free after a builder that threw', () => {
    const g = new GraphBuilder();
    const x = g.input([4]);
    const broken = () => {
      throw new Error('inside');
    };
    expect(() => g.scope('a', () => g.stage('s', broken))).toThrow('inside');
    expect(g.relu(x, { name: 'b' })).toMatchObject({ name: 'b', stage: '' });
  });

  test('are taken once, and never hold a slash', () => {
    const g = new GraphBuilder();
    const x = g.input([4]);
    g.relu(x, { name: 'act' });
    expect(() => g.sigmoid(x, { name: 'act' })).toThrowError(failure('DuplicateName', 'act'));
    expect(() => g.relu(x, { name: 'a/b' })).toThrowError(failure('ConfigInvalid', 'a/b'));
    expect(() => g.relu(x, { name: '' })).toThrowError(failure('ConfigInvalid', ''));
    expect(g.names()).toEqual(['input', 'act']);
  });

  test('change by rename, while parameters keep their keys', () => {
    const g = new GraphBuilder();
    const dense = g.dense(g.input([4]), { units: 2, name: 'fc' });
    g.rename(dense, 'head');
    g.rename(dense, 'head');
    expect([g.find('fc'), g.find('head')]).toEqual([undefined, dense]);
    expect(dense.parameters).toEqual({ kernel: 'fc.weight', bias: 'fc.bias' });
    expect(() => g.rename(dense, 'input')).toThrowError(failure('DuplicateName', 'input'));
    expect(() => g.dense(dense, { units: 2, name: 'fc' })).toThrowError(failure('DuplicateName', 'fc.weight'));
  });

  test('are known as taken with all that stands under them', () => {
    const g = new GraphBuilder();
    g.scope('layer1.0', () => g.scope('se', () => g.relu(g.input([4]), { name: 'act' })));
    expect(['layer1', 'layer1.0', 'layer1.0.se', 'layer1.0.se.act'].map((name) => g.isTaken(name))).toEqual(
      Array(4).fill(true),
    );
    expect(['layer', 'se', 'layer1.0.s', 'layer1.0.se.act.x'].map((name) => g.isTaken(name))).toEqual(
      Array(4).fill(false),
    );
  });
});

describe('parameters', () => {
  test('have torch’s keys, and the initializers that are given', () => {
    const g = new GraphBuilder();
    const conv = g.conv2d(g.input([8, 8, 3]), { filters: 4, kernel: [3, 1], name: 'conv1' });
    const bn = g.batchNormalization(conv, { name: 'bn1', initializers: { gamma: { type: 'constant', value: 0 } } });
    const { parameters } = g.finish([bn]);
    expect([...parameters.keys()]).toEqual([
      'conv1.weight',
      'conv1.bias',
      'bn1.weight',
      'bn1.bias',
      'bn1.running_mean',
      'bn1.running_var',
    ]);
    expect(parameters.get('conv1.weight')).toMatchObject({ shape: [3, 1, 3, 4], layout: 'HWIO', trainable: true });
    expect(parameters.get('bn1.weight')).toMatchObject({ initializer: { type: 'constant', value: 0 } });
    expect(parameters.get('bn1.running_var')).toMatchObject({ trainable: false, role: 'movingVariance' });
  });

  test('are shared by nodes of one kind', () => {
    const g = new GraphBuilder();
    const x = g.input([6, 6, 3]);
    const one = g.conv2d(x, { filters: 3, kernel: 3, padding: 'same', name: 'one' });
    const two = g.conv2d(one, { filters: 3, kernel: 3, padding: 'same', name: 'two', share: one });
    expect(two.parameters).toEqual(one.parameters);
    expect([...g.finish([two]).parameters.keys()]).toEqual(['one.weight', 'one.bias']);
  });

  test.each([
    ['another stride', { strides: 2 }, 3],
    ['another kernel', { kernel: 1 }, 3],
    ['other channels', {}, 4],
  ])('are not shared with %s: a target has one layer for both', (_, change, channels) => {
    const g = new GraphBuilder();
    const options = { filters: 3, kernel: 3, padding: 'same' } as const;
    const one = g.conv2d(g.input([6, 6, 3]), { ...options, name: 'one' });
    const other = g.input([6, 6, channels], 'other');
    expect(() => g.conv2d(other, { ...options, ...change, name: 'two', share: one })).toThrowError(
      failure('ShapeMismatch', 'two'),
    );
    expect(() => g.depthwiseConv2d(other, { kernel: 3, name: 'deep', share: one })).toThrowError(
      failure('ShapeMismatch', 'deep'),
    );
  });
});

test('stages are the open one, or else the first input’s', () => {
  const g = new GraphBuilder();
  const x = g.stage('stem', () => g.input([4]));
  const inside = g.stage('layer1', () => g.stage('layer1.1', () => g.relu(x)));
  expect([x.stage, inside.stage, g.relu(inside).stage]).toEqual(['stem', 'layer1.1', 'layer1.1']);
});

test('linear activations and dropout of nothing add no node', () => {
  const g = new GraphBuilder();
  const x = g.input([4]);
  expect(g.activation(x, 'linear', { name: 'a' })).toBe(x);
  expect(g.dropout(x, 0, { name: 'd' })).toBe(x);
  expect(g.dropout(x, 0.1, { name: 'd' })).not.toBe(x);
});
