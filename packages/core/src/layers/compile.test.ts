import { createAssembler } from '@senet/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { onBackends, runGraph, values } from '../../../../test/support/run.js';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';
import { GraphBuilder } from '../graph/builder.js';
import { compile } from './compile.js';

const assembler = createAssembler(tinyAttentions, tinyBackbones);
const net = assembler.assemble('tiny_gate');

onBackends('compile', () => {
  test('layers are called as their nodes are, and the model as the graph is', () => {
    const model = net.toLayersModel();
    const helpers = model.layers.filter(({ name }) => !net.graph.nodes.some((node) => node.name === name));
    expect(helpers.map(({ name }) => name.split('.').at(-1))).toEqual(helpers.map(() => 'flat'));
    const layers = model.layers.map(({ name }) => name);
    expect(layers).toEqual(expect.arrayContaining(net.graph.nodes.map(({ name }) => name)));
    expect(model.name).toBe('tiny_gate');
    expect(layers).toContain('stage1.0.att.fc');
    model.dispose();
  });

  test('gives the shapes that the graph states, node by node', () => {
    const outputs = net.graph.nodes.map(({ name }) => name).filter((name) => name !== 'input');
    const results = runGraph(net.graph, values('input', [16, 16, 3]), net.initialState(), outputs);
    const shapes = outputs.map((name) => net.graph.nodes.find((node) => node.name === name)!.shape);
    expect(results.map(({ shape }) => shape)).toEqual(shapes);
  });

  test('`outputs` gives out other nodes, in their order, and builds no more than they need', () => {
    const model = compile(net.graph, { outputs: ['stage1.1.act2', 'stem'], state: net.initialState() });
    expect(model.outputs.map(({ shape }) => shape)).toEqual([
      [null, 4, 4, 4],
      [null, 8, 8, 4],
    ]);
    expect(model.layers.map(({ name }) => name)).not.toContain('stage2.0.conv1');
    model.dispose();
  });

  test('a node that is not there is named, with the nearest', () => {
    expect(() => compile(net.graph, { outputs: ['stage1.1.act'] })).toThrowError(
      expect.objectContaining({
        code: 'UnknownName',
        path: 'outputs',
        suggestions: expect.arrayContaining(['stage1.1.act2']),
      }),
    );
  });

  test('softmax sums to one', () => {
    const [y] = runGraph(net.graph, values('input', [16, 16, 3]), net.initialState());
    expect(y!.data.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  test('a graph on maps of unknown size runs at two sizes', () => {
    const open = assembler.assemble('tiny_gate', { inputShape: [null, null, 3] });
    expect(open.plan.macs).toBeNull();
    const model = open.toLayersModel();
    for (const [height, width] of [
      [16, 16],
      [9, 21],
    ] as const) {
      const known = assembler.assemble('tiny_gate', { inputShape: [height, width, 3] });
      const x = values('input', [height, width, 3]);
      const [expected] = runGraph(known.graph, x, known.initialState());
      const got = tf.tidy(() => (model.predict(tf.tensor4d(x.data, [1, height, width, 3])) as tf.Tensor).dataSync());
      expect([...got]).toEqual([...expected!.data].map((v) => expect.closeTo(v, 6)));
    }
    model.dispose();
  });
});

test('one seed gives the same weights on every backend, and so the same outputs', async () => {
  const outputs: number[][] = [];
  for (const backend of ['cpu', 'wasm']) {
    await tf.setBackend(backend);
    const model = net.toLayersModel({ seed: 7 });
    const kernel = model.getLayer('stage1.0.conv1').getWeights()[0]!.dataSync();
    expect([...kernel]).toEqual([...net.initialState(7).get('stage1.0.conv1.weight')!]);
    outputs.push([...runGraph(net.graph, values('input', [16, 16, 3]), net.initialState(7))[0]!.data]);
    model.dispose();
  }
  expect(outputs[0]).toEqual(outputs[1]!.map((v) => expect.closeTo(v, 6)));
  expect(net.initialState(7)).not.toEqual(net.initialState(8));
});

describe('foreign nodes', () => {
  const foreign = (targets: Record<string, unknown>) => {
    const g = new GraphBuilder();
    const x = g.input([4]);
    const attributes = { className: 'Negate', shape: [4], macs: null, weights: [], targets };
    return g.finish([g.foreign([x], { name: 'negate', ...attributes })]);
  };

  test('are built by their mapping', () => {
    const layers = (name: string) => tf.layers.activation({ activation: 'relu', name });
    const [y] = runGraph(foreign({ layers }), values('x', [4]));
    expect([...y!.data]).toEqual([...values('x', [4]).data].map((v) => Math.max(0, v)));
  });

  test('without one are refused by name', () => {
    expect(() => compile(foreign({}))).toThrowError(
      expect.objectContaining({ code: 'UnmappedOp', path: 'negate', problem: "'Negate' has no mapping to tf.layers" }),
    );
  });
});
