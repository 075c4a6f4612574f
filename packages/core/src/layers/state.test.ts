import { createAssembler } from '@senet/core';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { onBackends, values } from '../../../../test/support/run.js';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';
import { GraphBuilder } from '../graph/builder.js';
import type { State } from '../graph/parameter.js';
import { compile } from './compile.js';
import { readState, writeState } from './state.js';

const net = createAssembler(tinyAttentions, tinyBackbones).assemble('tiny_gate');
const keys = [...net.graph.parameters.keys()];
/** Other values for every parameter. */
const state: State = new Map(
  [...net.graph.parameters.values()].map(({ key, shape }) => [key, values(`state ${key}`, shape).data]),
);

onBackends('state', () => {
  test('what is written is read, and predicts as a model compiled with it', () => {
    const [model, fresh] = [net.toLayersModel(), net.toLayersModel({ state })];
    const tensors = tf.memory().numTensors;
    expect([...readState(model, net.graph).keys()].sort()).toEqual([...keys].sort());
    writeState(model, net.graph, state);
    expect(readState(model, net.graph)).toEqual(state);
    expect(tf.memory().numTensors).toBe(tensors);
    const predict = (m: tf.LayersModel) =>
      tf.tidy(() => [
        ...(m.predict(tf.tensor(values('input', [1, 16, 16, 3]).data, [1, 16, 16, 3])) as tf.Tensor).dataSync(),
      ]);
    expect(predict(model)).toEqual(predict(fresh));
    model.dispose();
    fresh.dispose();
  });

  test('keys that are not given keep their values', () => {
    const model = net.toLayersModel();
    const before = readState(model, net.graph);
    writeState(model, net.graph, new Map([['fc.bias', Float32Array.from([1, 2, 3])]]));
    const after = readState(model, net.graph);
    expect([...after.get('fc.bias')!]).toEqual([1, 2, 3]);
    for (const key of keys) if (key !== 'fc.bias') expect(after.get(key)).toEqual(before.get(key));
    model.dispose();
  });

  test('what was read is a copy', () => {
    const model = net.toLayersModel();
    readState(model, net.graph).get('fc.weight')!.fill(7);
    expect(readState(model, net.graph).get('fc.weight')).toEqual(net.initialState().get('fc.weight'));
    model.dispose();
  });

  test('unknown keys, wrong sizes and other graphs are refused', () => {
    const model = net.toLayersModel();
    const write = (key: string, size: number) => () =>
      writeState(model, net.graph, new Map([[key, new Float32Array(size)]]));
    expect(write('fc.biases', 3)).toThrowError(expect.objectContaining({ code: 'WeightsMismatch', path: 'fc.biases' }));
    expect(write('fc.bias', 4)).toThrowError(
      expect.objectContaining({ code: 'WeightsMismatch', path: 'fc.bias', expected: '3, for [3]' }),
    );
    const g = new GraphBuilder();
    const biasless = g.finish([g.dense(g.input([8]), { units: 3, bias: false, name: 'fc' })]);
    expect(() => readState(model, biasless)).toThrowError(
      expect.objectContaining({ code: 'WeightsMismatch', path: 'fc' }),
    );
    model.dispose();
  });
});

test('parameters that nodes share are one: read once, written once, in whichever of them is built', () => {
  const g = new GraphBuilder();
  const x = g.input([2]);
  const first = g.dense(x, { units: 2, name: 'first' });
  const second = g.dense(first, { units: 2, name: 'second', share: first });
  const alone = g.dense(x, { units: 2, name: 'alone', share: first });
  const graph = g.finish([second, alone]);
  expect([...graph.parameters.keys()]).toEqual(['first.weight', 'first.bias']);
  const shared: State = new Map([
    ['first.weight', Float32Array.from([0, 1, 1, 0])],
    ['first.bias', Float32Array.from([10, 20])],
  ]);
  const { numTensors } = tf.memory();
  const model = compile(graph, { state: shared });
  expect(model.countParams()).toBe(6);
  const [twice, once] = tf.tidy(() =>
    (model.predict(tf.tensor2d([[1, 2]])) as tf.Tensor[]).map((y) => [...y.dataSync()]),
  );
  expect([once, twice]).toEqual([
    [12, 21],
    [31, 32],
  ]);
  expect(readState(model, graph)).toEqual(shared);
  model.dispose();
  const part = compile(graph, { outputs: ['alone'], state: shared });
  expect(readState(part, graph)).toEqual(shared);
  part.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
});
