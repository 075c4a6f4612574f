import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { assembler } from '../support/models.js';
import { describeNative, difference, loadNative, on, tensor } from './native.js';

const small = { depths: [1, 1], widths: [16, 32], stem: { width: 16 } };
const NETWORKS = {
  'SE-ResNet, basic': { backbone: { type: 'resnet18', ...small }, attach: [{ type: 'se' }], input: 32 },
  'ECA-ResNet-D': { backbone: { type: 'resnet50', ...small, downsample: 'avg' }, attach: [{ type: 'eca' }], input: 32 },
  'CBAM-ResNeXt, Caffe': {
    backbone: { type: 'resnet50', ...small, style: 'caffe', cardinality: 8, baseWidth: 4 },
    attach: [{ type: 'cbam' }],
    input: 32,
  },
  'dilated SE-ResNet': {
    backbone: { type: 'resnet18', ...small, depths: [1, 1, 1], widths: [8, 8, 16], outputStride: 8 },
    attach: [{ type: 'se' }],
    input: 32,
  },
  MobileNetV3: { extends: 'mobilenetv3_small_100', input: 64 },
  'SE-Inception-v3': { extends: 'seinception_v3', input: 75 },
};

const networks = Object.entries(NETWORKS).map(([name, { input: size, ...config }]) => {
  const head = { type: 'classifier', classes: 5, dropout: 0 }; // TensorFlow.js draws it anew on each backend
  return [name, { ...config, head, input: { shape: [size, size, 3] } }] as const;
});

describeNative('networks of this library on the tensorflow backend', () => {
  beforeAll(loadNative);

  test.each(networks)('%s predicts what it does on wasm', async (_, config) => {
    const net = assembler.assemble(config as never);
    const state = net.initialState(1);
    const shape = net.config.input.shape as number[];
    const predict = () => {
      const model = net.toLayersModel({ state });
      const output = model.predict(tensor('image', 2, ...shape)) as tf.Tensor;
      model.dispose();
      return output;
    };
    expect(difference(await on('tensorflow', predict), await on('wasm', predict))).toBeLessThan(1e-5);
  });

  test.each(networks.slice(0, 3))('%s learns what it does on cpu', async (_, config) => {
    const net = assembler.assemble(config as never);
    const state = net.initialState(1);
    const shape = net.config.input.shape as number[];
    const learn = async (backend: string) => {
      await tf.setBackend(backend);
      const model = net.toLayersModel({ state });
      const optimizer = tf.train.sgd(0.1);
      model.compile({ optimizer, loss: 'meanSquaredError' });
      const [images, targets] = [tensor('image', 4, ...shape), tensor('target', 4, 5)];
      const losses: number[] = [];
      for (let i = 0; i < 3; i++) losses.push((await model.trainOnBatch(images, targets)) as number);
      tf.dispose([images, targets]);
      model.dispose();
      optimizer.dispose();
      return Float32Array.from(losses);
    };
    const losses = await learn('tensorflow');
    expect(losses[2]!).toBeLessThan(losses[0]!);
    expect(difference([losses], [await learn('cpu')])).toBeLessThan(1e-5);
  });
});
