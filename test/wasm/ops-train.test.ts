/** Every op of the graph trains on wasm: one step of a small network through it gives the weights that cpu gives. */
import { ACTIVATIONS, GraphBuilder, type Node, OPS, type OpName } from '@senet/core/graph';
import { compile } from '@senet/core/layers';
import * as tf from '@tensorflow/tfjs';
import '../../packages/wasm/src/testing/relaxed.js';
import '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../../packages/wasm/src/install.js';
import { difference, random } from '../../packages/wasm/src/testing/compare.js';

type Build = (g: GraphBuilder, x: Node) => Node;
interface Case {
  readonly op: OpName;
  readonly of: string;
  readonly build: Build;
  /** The same on the cpu backend, where tfjs cannot take the gradient of it as it is. */
  readonly elsewhere?: Build;
}

const CASES: Case[] = [];
const add = (op: OpName, cases: Record<string, Build>) =>
  CASES.push(...Object.entries(cases).map(([of, build]) => ({ op, of, build })));

const WINDOW = { kernel: [3, 3], strides: [1, 1], dilation: [1, 1], padding: 'same', bias: true } as const;
add('conv2d', {
  'kernel 3': (g, x) => g.conv2d(x, { filters: 5, kernel: 3, padding: 'same' }),
  'stride 2, valid': (g, x) => g.conv2d(x, { filters: 5, kernel: 3, strides: 2, padding: 'valid' }),
  'stride 2, explicit padding': (g, x) => g.conv2d(x, { filters: 4, kernel: 3, strides: 2, padding: [1, 1, 1, 1] }),
  'two groups': (g, x) => g.conv2d(x, { filters: 8, kernel: 3, groups: 2, padding: 'same' }),
  'four groups, stride 2': (g, x) => g.conv2d(x, { filters: 8, kernel: 3, groups: 4, strides: 2, padding: 'same' }),
  'groups, dilation 2': (g, x) => g.conv2d(x, { filters: 8, kernel: 3, groups: 2, dilation: 2, padding: 'same' }),
  'kernel 1, stride 2': (g, x) => g.conv2d(x, { filters: 4, kernel: 1, strides: 2, padding: 'valid' }),
  'with relu': (g, x) => g.node('conv2d', [x], { ...WINDOW, filters: 4, groups: 1, activation: 'relu' }),
});
add('depthwiseConv2d', {
  'kernel 3': (g, x) => g.depthwiseConv2d(x, { kernel: 3, padding: 'same' }),
  'kernel 5, stride 2': (g, x) => g.depthwiseConv2d(x, { kernel: 5, strides: 2, padding: 'same' }),
  'multiplier 2': (g, x) => g.depthwiseConv2d(x, { kernel: 3, multiplier: 2, padding: 'same' }),
  'dilation 2': (g, x) => g.depthwiseConv2d(x, { kernel: 3, dilation: 2, padding: 'same' }),
  'with relu6': (g, x) => g.node('depthwiseConv2d', [x], { ...WINDOW, multiplier: 1, activation: 'relu6' }),
});
add('conv1d', {
  'kernel 3': (g, x) =>
    g.reshape(g.conv1d(g.reshape(x, [36, 8]), { filters: 1, kernel: 3, padding: 'same' }), [6, 6, 1]),
});
add('dense', {
  'on a vector': (g, x) => g.reshape(g.dense(g.reduce(x, { keepDims: false }), { units: 6 }), [1, 1, 6]),
});
add('batchNormalization', { plain: (g, x) => g.batchNormalization(x) });
for (const activation of ACTIVATIONS)
  add('activation', { [activation]: (g, x) => g.node('activation', [x], { activation }) });
add('softmax', { 'over channels': (g, x) => g.softmax(x) });
add('affine', { 'scale and offset': (g, x) => g.affine(x, { scale: 0.5, offset: 0.25 }) });
const gate = (g: GraphBuilder, x: Node) =>
  g.sigmoid(g.conv2d(g.reduce(x), { filters: 8, kernel: 1, padding: 'valid' }));
for (const op of ['add', 'multiply', 'maximum', 'average'] as const) {
  add(op, {
    'two maps': (g, x) => g.node(op, [x, g.affine(x, { scale: -0.5, offset: 0.1 })], {}),
    'three maps': (g, x) => g.node(op, [x, g.affine(x, { scale: -0.5 }), g.affine(x, { scale: 2, offset: 1 })], {}),
  });
  // the gradients of tfjs' maximum refuse to broadcast: on cpu a sum does it before
  const broadcast = (g: GraphBuilder, x: Node, v: Node) => g.add([g.affine(x, { scale: 0 }), v]);
  const means = (g: GraphBuilder, x: Node) => g.reduce(x, { over: 'channels' });
  CASES.push({
    ...{ op, of: 'a gate', build: (g, x) => g.node(op, [x, gate(g, x)], {}) },
    elsewhere: (g, x) => g.node(op, [x, broadcast(g, x, gate(g, x))], {}),
  });
  CASES.push({
    ...{ op, of: 'a map of one channel', build: (g, x) => g.node(op, [means(g, x), x], {}) },
    elsewhere: (g, x) => g.node(op, [broadcast(g, x, means(g, x)), x], {}),
  });
}
add('pool', {
  'max 2': (g, x) => g.maxPool(x, { size: 2, strides: 2, padding: 'valid' }),
  'max 3, same, stride 2': (g, x) => g.maxPool(x, { size: 3, strides: 2, padding: 'same' }),
  'max 3, explicit padding': (g, x) => g.maxPool(x, { size: 3, strides: 2, padding: [1, 1, 1, 1] }),
  'average 2': (g, x) => g.averagePool(x, { size: 2, strides: 2, padding: 'valid' }),
  'average 3, rounded up': (g, x) => g.averagePool(x, { size: 3, strides: 2, padding: [1, 1, 1, 1], ceil: true }),
});
for (const kind of ['mean', 'max', 'sum'] as const) {
  add('reduce', {
    [`${kind} over space`]: (g, x) => g.reduce(x, { kind }),
    [`${kind} over channels`]: (g, x) => g.reduce(x, { kind, over: 'channels' }),
  });
}
add('pad', { zeros: (g, x) => g.pad(x, [1, 2, 0, 1]) });
add('concatenate', {
  'two maps': (g, x) => g.concatenate([x, g.affine(x, { scale: -1, offset: 0.5 })]),
  'one map': (g, x) => g.concatenate([x]),
});
add('gateAddRelu', {
  'end of a block': (g, x) => g.node('gateAddRelu', [x, gate(g, x), g.affine(x, { scale: -0.5, offset: 0.1 })], {}),
});
add('reshape', { 'to a wider map': (g, x) => g.reshape(x, [3, 12, 8]) });
add('dropout', { 'rate 0': (g, x) => g.node('dropout', [x], { rate: 0 }) });
add('dropPath', { 'rate 0.5': (g, x) => g.dropPath(x, 0.5, { name: 'path' }) });
add('dropBlock', { 'rate 0.3': (g, x) => g.dropBlock(x, { rate: 0.3, size: 3, name: 'block' }) });
const foreign = (className: string, shape: number[], layers: (name: string) => tf.layers.Layer): Build => {
  return (g, x) => g.foreign([x], { className, shape, macs: null, weights: [], targets: { layers } });
};
add('foreign', {
  permute: foreign('Permute', [6, 8, 6], (name) => tf.layers.permute({ dims: [1, 3, 2], name })),
  cropping: foreign('Cropping2D', [4, 5, 8], (name) =>
    tf.layers.cropping2D({
      cropping: [
        [1, 1],
        [0, 1],
      ],
      name,
    }),
  ),
});

/** What one step gives: the loss before it, and all weights after it. */
async function step(backend: string, build: Build) {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const g = new GraphBuilder('step');
  const stem = g.conv2d(g.input([6, 6, 3]), { filters: 8, kernel: 3, padding: 'same', name: 'stem' });
  const features = g.reduce(build(g, stem), { keepDims: false });
  const model = compile(g.finish([g.softmax(g.dense(features, { units: 3, name: 'head' }), { name: 'classes' })]));
  const next = random(1);
  const draw = (size: number) => Float32Array.from({ length: size }, next);
  const weights = model.weights.map((weight) => {
    const values = draw(weight.read().size).map((v) => (/variance/.test(weight.name) ? 1.5 + v : 0.6 * v));
    return tf.tensor(values, weight.shape as number[]);
  });
  model.setWeights(weights);
  model.compile({ optimizer: tf.train.sgd(0.5), loss: 'categoricalCrossentropy' });
  const x = tf.tensor4d(draw(4 * 6 * 6 * 3), [4, 6, 6, 3]);
  const y = tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0], [4, 3]);
  const loss = (await model.trainOnBatch(x, y)) as number;
  const changed = model.getWeights().map((weight) => weight.dataSync<'float32'>());
  tf.dispose([x, y, weights]);
  model.optimizer.dispose();
  model.dispose();
  return { loss, weights: changed, left: tf.memory().numTensors - before };
}

test('every op of the graph has a case', () => {
  expect([...new Set(CASES.map(({ op }) => op))].sort()).toEqual(
    Object.keys(OPS)
      .filter((op) => op !== 'input')
      .sort(),
  );
});

describe.each(['none', 'plain', 'relaxed'] as const)('%s SIMD', (simd) => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    expect((await install(tf, { simd })).simd).toBe(simd);
  });
  afterAll(uninstall);

  test.each(CASES)('$op: $of', async ({ build, elsewhere = build }) => {
    const expected = await step('cpu', elsewhere);
    const actual = await step('wasm', build);
    expect(actual.loss).toBeCloseTo(expected.loss, 5);
    expect(actual.left).toBe(expected.left);
    for (const [i, weights] of expected.weights.entries()) {
      expect(difference(actual.weights[i]!, weights)).toBeLessThan(1e-5);
    }
  });
});
