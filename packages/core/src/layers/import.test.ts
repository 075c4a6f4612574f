import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { compile, importLayersModel, OpLayer } from '../layers.js';

/** Outputs of a model and of what it becomes as a graph and back, on one random input. */
function bothWays(model: tf.LayersModel, shape: number[]) {
  const { graph, state } = importLayersModel(model);
  const again = compile(graph, { state });
  const x = tf.randomNormal([2, ...shape], 0, 1, 'float32', 7);
  const run = (m: tf.LayersModel) => [m.predict(x)].flat().map((y) => Array.from((y as tf.Tensor).dataSync()));
  const result = { graph, state, before: run(model), after: run(again), again };
  return result;
}

function expectClose(a: number[][], b: number[][]) {
  a.forEach((values, i) => {
    const worst = Math.max(...values.map((value, j) => Math.abs(value - b[i]![j]!)));
    expect(worst).toBeLessThan(1e-5);
  });
}

describe('importLayersModel', () => {
  test('a convolutional network with activations inside its layers', () => {
    const input = tf.input({ shape: [12, 10, 3], name: 'image' });
    const relu = { activation: 'relu', padding: 'same' } as const;
    let x = tf.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, ...relu, name: 'first' }).apply(input);
    x = tf.layers.depthwiseConv2d({ kernelSize: [3, 5], ...relu, name: 'deep' }).apply(x);
    x = tf.layers.batchNormalization({ epsilon: 1e-4, momentum: 0.7, center: false, name: 'norm' }).apply(x);
    const pooled = tf.layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 'same' }).apply(x) as tf.SymbolicTensor;
    x = tf.layers.concatenate().apply([x as tf.SymbolicTensor, pooled]);
    x = tf.layers.averagePooling2d({ poolSize: 2, padding: 'same' }).apply(x);
    x = tf.layers.flatten().apply(x);
    x = tf.layers.dense({ units: 5, activation: 'softmax', name: 'scores' }).apply(x) as tf.SymbolicTensor;
    const { graph, before, after } = bothWays(
      tf.model({ inputs: input, outputs: x as tf.SymbolicTensor }),
      [12, 10, 3],
    );
    expectClose(before, after);
    expect(graph.nodes.map(({ name }) => name)).toContain('first.activation');
    expect(graph.parameters.get('norm.running_var')).toMatchObject({ shape: [8], trainable: false });
    expect(graph.nodes.find(({ name }) => name === 'norm')!.attributes).toMatchObject({
      epsilon: 1e-4,
      momentum: 0.7,
      center: false,
    });
  });

  test('a layer that is called twice keeps one set of parameters', () => {
    const a = tf.input({ shape: [4] });
    const shared = tf.layers.dense({ units: 4, name: 'shared' });
    const once = shared.apply(a) as tf.SymbolicTensor;
    const twice = shared.apply(once) as tf.SymbolicTensor;
    const y = tf.layers.add().apply([once, twice]) as tf.SymbolicTensor;
    const { graph, before, after, again } = bothWays(tf.model({ inputs: a, outputs: y }), [4]);
    expectClose(before, after);
    expect([...graph.parameters.keys()]).toEqual(['shared.weight', 'shared.bias']);
    expect(again.countParams()).toBe(20);
  });

  test('what no op expresses is foreign, with its weights, and compiles back', () => {
    const input = tf.input({ shape: [6, 8] });
    let x = tf.layers.lstm({ units: 3, returnSequences: true, name: 'memory' }).apply(input);
    x = tf.layers.permute({ dims: [2, 1] }).apply(x);
    x = tf.layers.dense({ units: 2, name: 'on_steps' }).apply(x);
    const nested = tf.sequential({
      name: 'nested',
      layers: [tf.layers.flatten({ inputShape: [3, 2] }), tf.layers.dense({ units: 4 })],
    });
    x = nested.apply(x as tf.SymbolicTensor);
    const { graph, before, after } = bothWays(tf.model({ inputs: input, outputs: x as tf.SymbolicTensor }), [6, 8]);
    expectClose(before, after);
    const foreign = graph.nodes
      .filter(({ op }) => op === 'foreign')
      .map(({ attributes }) => (attributes as { className: string }).className);
    expect(foreign).toEqual(['LSTM', 'Permute', 'Dense', 'Sequential']);
  });

  test('our own layers come back as the ops they are', () => {
    const input = tf.input({ shape: [5, 5, 4] });
    const y = new OpLayer({ op: 'activation', attributes: { activation: 'hard-swish' }, name: 'swish' }).apply(input);
    const { graph, before, after } = bothWays(tf.model({ inputs: input, outputs: y as tf.SymbolicTensor }), [5, 5, 4]);
    expectClose(before, after);
    expect(graph.nodes.at(-1)).toMatchObject({
      name: 'swish',
      op: 'activation',
      attributes: { activation: 'hard-swish' },
    });
  });

  test('an activation that no op has makes the layer foreign', () => {
    const input = tf.input({ shape: [5] });
    const y = tf.layers.dense({ units: 3, activation: 'gelu_new' as 'relu' }).apply(input) as tf.SymbolicTensor;
    const { graph, before, after } = bothWays(tf.model({ inputs: input, outputs: y }), [5]);
    expectClose(before, after);
    expect(graph.nodes.at(-1)!.op).toBe('foreign');
  });
});
