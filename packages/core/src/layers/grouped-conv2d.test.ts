import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { GroupedConv2D, type GroupedConv2DArgs } from './grouped-conv2d.js';
import { groupedConv2d } from './grouped-conv2d-math.js';

const NARROW = { filters: 8, groups: 4, kernelSize: 3, padding: 'same', channels: 16 } as const;
const WIDE = { filters: 6, groups: 2, kernelSize: 3, padding: 'same', channels: 192 } as const;

/** A model of one grouped convolution on maps of unknown size. */
function build({ channels, ...args }: GroupedConv2DArgs & { channels: number }) {
  const input = tf.input({ shape: [null, null, channels] });
  const layer = new GroupedConv2D(args);
  return { layer, model: tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor }) };
}

const ramp = (shape: number[]) => tf.tidy(() => tf.linspace(-1, 1, tf.util.sizeFromShape(shape)).reshape(shape));

function predict(model: tf.LayersModel, x: tf.Tensor): number[] {
  return tf.tidy(() => Array.from((model.predict(x) as tf.Tensor).dataSync()));
}

async function reload(model: tf.LayersModel): Promise<tf.LayersModel> {
  let saved: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    saved = JSON.parse(JSON.stringify({ ...artifacts, weightData: null }));
    saved!.weightData = artifacts.weightData!;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler);
  return tf.loadLayersModel(tf.io.fromMemory(saved!));
}

describe.each(['cpu', 'wasm'])('GroupedConv2D on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  describe.each([
    ['narrow', NARROW],
    ['wide', WIDE],
  ])('%s groups', (_, args) => {
    const x = () => ramp([2, 6, 5, args.channels]);

    test('computes what groupedConv2d does, with the weights of Keras', () => {
      const { layer, model } = build({ ...args, biasInitializer: 'randomNormal' });
      const [kernel, bias] = layer.getWeights() as [tf.Tensor4D, tf.Tensor1D];
      expect(kernel.shape).toEqual([3, 3, args.channels / args.groups, args.filters]);
      expect(layer.weights.map((weight) => weight.name.split('/').pop()?.replace(/_\d+$/, ''))).toEqual([
        'kernel',
        'bias',
      ]);
      const expected = groupedConv2d(x() as tf.Tensor4D, kernel, { groups: args.groups, padding: 'same', bias });
      expect(predict(model, x())).toEqual(Array.from(expected.dataSync()));
    });

    test('survives saving and loading', async () => {
      const { model } = build({
        ...args,
        kernelInitializer: tf.initializers.heNormal({ seed: 3 }),
        name: 'layer1.0.conv2',
      });
      const loaded = await reload(model);
      const layer = loaded.getLayer('layer1.0.conv2');
      expect(layer).toBeInstanceOf(GroupedConv2D);
      expect(JSON.stringify(layer.getConfig())).toBe(JSON.stringify(model.getLayer('layer1.0.conv2').getConfig()));
      expect(predict(loaded, x())).toEqual(predict(model, x()));
    });

    test('new weights change the next prediction', () => {
      const { layer, model } = build({ ...args, useBias: false });
      const before = predict(model, x());
      layer.setWeights(layer.getWeights().map((weight) => tf.mul(weight, 2)));
      for (const [i, value] of predict(model, x()).entries()) expect(value).toBeCloseTo(2 * before[i]!, 4);
    });

    test('holds its weights and, of wide groups, their slices; after dispose() nothing', () => {
      const input = x();
      const start = tf.memory().numTensors;
      const { layer, model } = build(args);
      predict(model, input);
      const held = tf.memory().numTensors;
      const kept = backend === 'wasm' && args === WIDE ? args.groups : 0;
      expect(held - start).toBe(layer.weights.length + kept);
      for (let i = 0; i < 3; i++) predict(model, input);
      expect(tf.memory().numTensors).toBe(held);

      tf.tidy(() => layer.setWeights(layer.getWeights().map((weight) => tf.neg(weight))));
      predict(model, input);
      expect(tf.memory().numTensors).toBe(held);

      model.dispose();
      expect(tf.memory().numTensors).toBe(start);
    });

    test('a shared layer lives until its last user is disposed', () => {
      const input = x();
      const start = tf.memory().numTensors;
      const { layer, model } = build(args);
      const other = tf.input({ shape: [6, 5, args.channels] });
      const twin = tf.model({ inputs: other, outputs: layer.apply(other) as tf.SymbolicTensor });
      const expected = predict(model, input);
      model.dispose();
      expect(predict(twin, input)).toEqual(expected);
      twin.dispose();
      expect(tf.memory().numTensors).toBe(start);
    });
  });
});

describe('training', () => {
  test('fit moves kernel and bias, on cpu', async () => {
    await tf.setBackend('cpu');
    const { layer, model } = build({ ...NARROW, kernelInitializer: tf.initializers.heNormal({ seed: 3 }) });
    const x = ramp([4, 6, 6, 16]);
    const y = tf.ones([4, 6, 6, 8]);
    predict(model, x);
    const [kernel, bias] = layer.getWeights().map((weight) => weight.clone());
    model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
    const { history } = await model.fit(x, y, { epochs: 5, verbose: 0 });
    const loss = history.loss as number[];
    expect(loss[4]).toBeLessThan(loss[0]! / 2);
    for (const [i, before] of [kernel, bias].entries())
      expect(tf.max(tf.abs(tf.sub(layer.getWeights()[i]!, before!))).dataSync()[0]).toBeGreaterThan(1e-3);
    expect(predict(model, x)).toEqual(Array.from((layer.apply(x) as tf.Tensor).dataSync()));
  });

  test('gradients reach a kernel whose slices a prediction has kept, and leave none behind', async () => {
    const gradientOf = (layer: GroupedConv2D, x: tf.Tensor) => {
      const variable = layer.trainableWeights[0]!.read() as tf.Variable;
      return tf.variableGrads(() => tf.sum(tf.square(layer.apply(x, { training: true }) as tf.Tensor)), [variable]);
    };
    const args = { filters: 4, groups: 2, kernelSize: 1, useBias: false, kernelInitializer: 'ones', channels: 192 };
    const results: number[][] = [];
    tf.registerKernel(pointwiseFilterGradient);
    onTestFinished(() => tf.unregisterKernel('Conv2DBackpropFilter', 'wasm'));
    for (const backend of ['cpu', 'wasm']) {
      await tf.setBackend(backend);
      const { layer, model } = build(args);
      const x = ramp([1, 2, 2, 192]);
      predict(model, x);
      const before = tf.memory().numTensors;
      const { value, grads } = gradientOf(layer, x);
      results.push(Array.from(Object.values(grads)[0]!.dataSync()));
      tf.dispose([value, grads]);
      expect(tf.memory().numTensors).toBe(before);
    }
    const [cpu, wasm] = results;
    expect(Math.max(...cpu!)).toBeGreaterThan(100);
    for (const [i, value] of cpu!.entries()) expect(wasm![i]).toBeCloseTo(value, 2);
  });
});

/** tfjs' wasm backend has no filter gradient; this one does for kernels of 1×1. */
const pointwiseFilterGradient: tf.KernelConfig = {
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc: ({ inputs }) => {
    const [x, dy] = [inputs.x as tf.Tensor, inputs.dy as tf.Tensor].map((t) => tf.reshape(t, [-1, t.shape.at(-1)!]));
    return tf.reshape(tf.matMul(x!, dy!, true), [1, 1, x!.shape[1]!, dy!.shape[1]!]);
  },
};

describe('shapes', () => {
  test.each([
    [{}, [null, 10, 8, 16], [null, 8, 6, 8]],
    [{ padding: 'same' }, [4, 10, 9, 16], [4, 10, 9, 8]],
    [{ padding: 'same', strides: 2 }, [null, null, 9, 16], [null, null, 5, 8]],
    [{ strides: [2, 3] }, [null, 10, null, 16], [null, 4, null, 8]],
    [{ dilationRate: 2, kernelSize: [3, 1] }, [null, 10, 9, 16], [null, 6, 9, 8]],
  ] as const)('%j on [%j]', (args, input, output) => {
    const layer = new GroupedConv2D({ filters: 8, kernelSize: 3, groups: 4, ...args });
    expect(layer.computeOutputShape([...input])).toEqual(output);
  });
});

describe('refuses', () => {
  const good = { filters: 8, kernelSize: 3, groups: 4, name: 'conv2' };
  test.each([
    ['filters that groups do not divide', { filters: 6 }, { code: 'ConfigInvalid', path: 'conv2.filters' }],
    ['half a group', { groups: 0.5 }, { code: 'ConfigInvalid', path: 'conv2.groups' }],
    ['an empty kernel', { kernelSize: [3, 0] }, { code: 'ConfigInvalid', path: 'conv2.kernelSize' }],
    ['strides and dilation', { strides: 2, dilationRate: 2 }, { code: 'ConfigInvalid', path: 'conv2' }],
    ['an unknown padding', { padding: 'causal' }, { code: 'ConfigInvalid', path: 'conv2.padding' }],
    ['an option of another layer', { activation: 'relu' }, { code: 'UnknownName', path: 'conv2' }],
    ['a misspelt initializer', { kernelInitializer: 'heNorml' }, { code: 'UnknownName', suggestions: ['heNormal'] }],
    ['an unknown class', { biasInitializer: { className: 'Nil', config: {} } }, { code: 'UnknownName' }],
  ])('%s', (_, change, error) => {
    expect(() => new GroupedConv2D({ ...good, ...change } as GroupedConv2DArgs)).toThrow(
      expect.objectContaining(error),
    );
  });

  test.each([[[null, 8, 8, 6]], [[null, 8, 8, null]], [[null, 8]], [[null, 2, 8, 8]]])('the input %j', (shape) => {
    const layer = new GroupedConv2D({ ...good, name: undefined });
    expect(() => layer.apply(tf.input({ batchShape: shape }))).toThrow(
      expect.objectContaining({ code: 'ShapeMismatch' }),
    );
  });
});
