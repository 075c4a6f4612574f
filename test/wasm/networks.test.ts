/** Networks of this library train on wasm with it: losses fall, and begin as the cpu backend's do. */
import '../../packages/wasm/src/testing/relaxed.js';
import { install, uninstall } from '@senet/wasm';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assembler } from '../support/models.js';
import { examples } from './training.js';

const small = { depths: [1, 1], widths: [8, 16], stem: { width: 8 } };
const NETWORKS = {
  'SE-ResNet': { backbone: { type: 'resnet18', ...small }, attach: [{ type: 'se', ratio: 1 / 4 }] },
  'SE-ResNeXt': {
    backbone: { type: 'resnet50', ...small, cardinality: 4, baseWidth: 32 },
    attach: [{ type: 'se' }],
  },
  MobileNetV3: { extends: 'mobilenetv3_small_050' },
  EfficientNet: { extends: 'efficientnet_b0', backbone: { type: 'efficientnet_b0', width: 0.25, depth: 0.5 } },
};

const IMAGE = [32, 32, 3] as const;
const CLASSES = 4;
/** Steps on the cpu backend, and on wasm. */
const [COMPARED, STEPS] = [3, 12];

afterEach(uninstall);

describe.each(Object.entries(NETWORKS))('%s', (_, config) => {
  const net = assembler.assemble({
    ...config,
    head: { type: 'classifier', classes: CLASSES },
    input: { shape: [...IMAGE] },
  } as never);
  let expected: number[];

  beforeAll(async () => {
    expected = await losses('cpu', COMPARED);
  });

  test.each(['relaxed', 'plain', 'none'] as const)(`${STEPS} steps, SIMD: %s`, async (simd) => {
    await tf.setBackend('wasm');
    await install(tf, { simd });
    const actual = await losses('wasm', STEPS);
    const begin = actual.slice(0, COMPARED);
    expect(begin.map((loss, step) => Math.abs(loss - expected[step]!) < 1e-3)).toEqual(begin.map(() => true));
    expect(actual.at(-1)).toBeLessThan(0.8 * actual[0]!);
  });

  async function losses(backend: string, steps: number): Promise<number[]> {
    await tf.setBackend(backend);
    const model = net.toLayersModel({ state: net.initialState(1) });
    const optimizer = tf.train.momentum(0.02, 0.9);
    model.compile({ optimizer, loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits) });
    const { x, y } = examples({ image: IMAGE, classes: CLASSES }, 8);
    const values: number[] = [];
    for (let i = 0; i < steps; i++) values.push((await model.trainOnBatch(x, y)) as number);
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
    return values;
  }
});
