/** Networks give the same with its kernels as with stock ones: as they are, and optimised, where an op of ours is fused. */
import '../../packages/wasm/src/testing/relaxed.js';
import { OpLayer } from '@senet/core/layers';
import { install, uninstall } from '@senet/wasm';
import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assembler } from '../support/models.js';
import { examples } from './training.js';

const small = { depths: [1, 1], widths: [8, 16], stem: { width: 8 } };
/** Each with the kernels that only it needs. */
const NETWORKS = {
  'SE-ResNet': {
    config: { backbone: { type: 'resnet18', ...small }, attach: [{ type: 'se', ratio: 1 / 4 }] },
    fused: ['SenetGateAddRelu'],
  },
  'SE-ResNeXt': {
    config: { backbone: { type: 'resnet50', ...small, cardinality: 4, baseWidth: 32 }, attach: [{ type: 'se' }] },
    fused: ['SenetGateAddRelu'],
  },
  MobileNetV3: { config: { extends: 'mobilenetv3_small_050' }, fused: ['SenetHardSwish', 'SenetHardSigmoid'] },
};
const IMAGE = [33, 32, 3] as const;

afterEach(uninstall);

describe.each(Object.entries(NETWORKS))('%s', (_, { config, fused }) => {
  const head = { type: 'classifier', classes: 4 };
  const net = assembler.assemble({ ...config, head, input: { shape: [...IMAGE] } } as never);
  const models: Record<string, tf.LayersModel> = {};

  beforeAll(async () => {
    await tf.setBackend('wasm');
    const state = net.initialState(1);
    models.plain = net.toLayersModel({ state });
    models.optimised = net.optimize(state).toLayersModel();
  });
  afterAll(() => {
    for (const model of Object.values(models)) model.dispose();
  });

  test.each([
    ['plain', 'plain'],
    ['plain', 'relaxed'],
    ['plain', 'none'],
    ['optimised', 'plain'],
    ['optimised', 'relaxed'],
    ['optimised', 'none'],
  ] as const)('%s, SIMD: %s', async (kind, simd) => {
    const expected = await run(models[kind]!);
    expect(fusedOf(expected.kernels)).toEqual(new Set());
    await install(tf, { simd });
    const actual = await run(models[kind]!);
    expect(relativeL2(actual.values, expected.values)).toBeLessThan(1e-5);
    const wanted = simd === 'none' ? [] : fused.filter((name) => kind === 'optimised' || name !== 'SenetGateAddRelu');
    expect(fusedOf(actual.kernels)).toEqual(new Set(wanted));
    uninstall();
    expect((await run(models[kind]!)).values).toEqual(expected.values);
  });

  test('optimised, it still trains: losses of three steps are those of the cpu backend', async () => {
    const expected = await losses('cpu');
    await tf.setBackend('wasm');
    await install(tf);
    const actual = await losses('wasm');
    expect(actual).toEqual(expected.map((loss) => expect.closeTo(loss, 3)));
    expect(new Set(actual).size).toBe(3);
  });

  async function losses(backend: string): Promise<number[]> {
    await tf.setBackend(backend);
    const model = net.optimize(net.initialState(1)).toLayersModel();
    const optimizer = tf.train.sgd(0.01);
    model.compile({ optimizer, loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits) });
    const { x, y } = examples({ image: IMAGE, classes: 4 }, 4);
    const values: number[] = [];
    for (let step = 0; step < 3; step++) values.push((await model.trainOnBatch(x, y)) as number);
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
    return values;
  }
});

describe('ops that kernels fuse', () => {
  test.each([
    ['several pixels', [2, 3, 3, 5], [2, 1, 1, 5]],
    ['one pixel', [2, 1, 1, 5], [2, 1, 1, 5]],
    ['a gate of pixels', [2, 3, 3, 5], [2, 3, 3, 1]],
    ['a gate of all images', [2, 3, 3, 5], [1, 1, 1, 5]],
  ])('gate, addition and ReLU, %s: values and gradients', async (_, map, gate) => {
    const layer = new OpLayer({ op: 'gateAddRelu', attributes: {} });
    const f = (...inputs: tf.Tensor[]) => (layer.apply(inputs) as tf.Tensor).square().sum();
    const both = () =>
      tf.tidy(() => {
        const [x, shortcut] = [1, 2].map((seed) => tf.randomNormal(map, 0, 1, 'float32', seed));
        const { value, grads } = tf.valueAndGrads(f)([x!, tf.randomNormal(gate, 0, 1, 'float32', 3), shortcut!]);
        return [value, ...grads].flatMap((tensor) => [...tensor.dataSync()]);
      });
    await tf.setBackend('cpu');
    const expected = both();
    await tf.setBackend('wasm');
    await install(tf);
    expect(both()).toEqual(expected.map((value) => expect.closeTo(value, 4)));
  });

  test('gate, addition and ReLU: gradients of gradients', async () => {
    const layer = new OpLayer({ op: 'gateAddRelu', attributes: {} });
    const second = () =>
      tf.tidy(() => {
        const [x, shortcut] = [1, 2].map((seed) => tf.randomNormal([2, 3, 3, 5], 0, 1, 'float32', seed));
        const gate = tf.randomNormal([2, 1, 1, 5], 0, 1, 'float32', 3);
        const loss = (t: tf.Tensor) => (layer.apply([t, gate, shortcut!]) as tf.Tensor).square().sum();
        return [
          ...tf
            .grad((t) => tf.grad(loss)(t).square().sum())(x!)
            .dataSync(),
        ];
      });
    await tf.setBackend('cpu');
    const expected = second();
    await tf.setBackend('wasm');
    await install(tf);
    expect(second()).toEqual(expected.map((value) => expect.closeTo(value, 3)));
  });
});

async function run(model: tf.LayersModel): Promise<{ values: Float32Array; kernels: string[] }> {
  const x = tf.tidy(() => tf.sin(tf.range(0, 2 * tf.util.sizeFromShape([...IMAGE]))).reshape([2, ...IMAGE]));
  let values = new Float32Array();
  const { kernelNames } = await tf.profile(() =>
    tf.tidy(() => void (values = (model.predict(x) as tf.Tensor).dataSync() as typeof values)),
  );
  x.dispose();
  return { values, kernels: kernelNames };
}

function fusedOf(kernels: readonly string[]): Set<string> {
  return new Set(kernels.filter((name) => /^Senet(Gate|Hard)/.test(name)));
}

function relativeL2(actual: Float32Array, expected: Float32Array): number {
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(actual.map((value, i) => value - expected[i]!)) / norm(expected);
}
