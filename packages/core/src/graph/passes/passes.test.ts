import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../layers.js';
import { initialState } from '../../random/initial-state.js';
import { GraphBuilder } from '../builder.js';
import type { Graph, Node } from '../node.js';
import type { State } from '../parameter.js';
import {
  dropTraining,
  foldBatchNormalization,
  fuseActivation,
  type Pass,
  pullSqueeze,
  runPasses,
  type Valued,
} from './index.js';

beforeAll(() => tf.setBackend('cpu'));

/** A graph with values that make every parameter count: statistics and gammas too. */
function valued(build: (g: GraphBuilder, x: Node) => Node | Node[], shape = [6, 5, 4]): Valued {
  const g = new GraphBuilder();
  const graph = g.finish([build(g, g.input(shape))].flat());
  const state = new Map<string, Float32Array>();
  for (const [key, values] of initialState(graph, 1)) {
    state.set(
      key,
      values.map((value, i) =>
        key.endsWith('running_var') ? 0.5 + (i % 3) : value + 0.1 * Math.sin(3 * i + key.length),
      ),
    );
  }
  return { graph, state };
}

function outputs({ graph, state }: { graph: Graph; state: State }): number[] {
  const model = compile(graph, { state });
  const shape = graph.nodes[0]!.shape as number[];
  const x = tf.tensor(
    Float32Array.from({ length: 2 * tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i)),
    [2, ...shape],
  );
  return [model.predict(x)].flat().flatMap((y) => Array.from((y as tf.Tensor).dataSync()));
}

function expectSame(before: Valued, after: Valued): void {
  const [a, b] = [outputs(before), outputs(after)];
  expect(a.some((value) => Math.abs(value) > 1e-3)).toBe(true);
  expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-5);
}

const ops = ({ graph }: Valued) => graph.nodes.map(({ op }) => op);

describe('foldBatchNormalization', () => {
  test.each<[string, (g: GraphBuilder, x: Node) => Node]>([
    ['a convolution without bias', (g, x) => g.conv2d(x, { filters: 6, kernel: 3, bias: false })],
    ['a convolution with bias', (g, x) => g.conv2d(x, { filters: 6, kernel: [1, 3] })],
    ['a grouped convolution', (g, x) => g.conv2d(x, { filters: 6, kernel: 3, groups: 2, bias: false })],
    [
      'a depthwise convolution with multiplier',
      (g, x) => g.depthwiseConv2d(x, { kernel: 3, multiplier: 2, bias: false }),
    ],
  ])('folds into %s', (_, convolution) => {
    for (const scale of [true, false]) {
      for (const center of [true, false]) {
        const before = valued((g, x) =>
          g.batchNormalization(convolution(g, x), { epsilon: 1e-3, scale, center, name: 'bn' }),
        );
        const after = foldBatchNormalization(before);
        expect(ops(after)).toEqual(ops(before).filter((op) => op !== 'batchNormalization'));
        expect(after.graph.outputs).toEqual(['bn']);
        expect([...after.state.keys()].filter((key) => key.includes('running'))).toEqual([]);
        expectSame(before, after);
      }
    }
  });

  test('leaves what it is given as it is', () => {
    const before = valued((g, x) => g.batchNormalization(g.conv2d(x, { filters: 6, kernel: 3, bias: false })));
    const copy = structuredClone(before);
    foldBatchNormalization(before);
    expect(before).toEqual(copy);
  });

  test('does not fold where the convolution is read elsewhere, is an output, or shares its weights', () => {
    const read = valued((g, x) => {
      const y = g.conv2d(x, { filters: 4, kernel: 1 });
      return g.add([y, g.batchNormalization(y)]);
    });
    const output = valued((g, x) => {
      const y = g.conv2d(x, { filters: 4, kernel: 1 });
      return [y, g.batchNormalization(y)];
    });
    const shared = valued((g, x) => {
      const y = g.conv2d(x, { filters: 4, kernel: 1 });
      const z = g.conv2d(y, { filters: 4, kernel: 1, share: y });
      return g.batchNormalization(z);
    });
    for (const before of [read, output, shared]) expect(foldBatchNormalization(before).graph).toEqual(before.graph);
  });
});

/** The end of a bottleneck with SE. */
function squeezed(g: GraphBuilder, x: Node, { bias = true, activation = false } = {}): Node {
  let y = g.conv2d(x, { filters: 12, kernel: 1, bias, name: 'conv3' });
  if (activation) y = g.relu(y);
  const excitation = g.conv2d(g.reduce(y, { name: 'squeeze' }), { filters: 3, kernel: 1, bias, name: 'fc1' });
  return g.multiply([y, g.sigmoid(g.conv2d(g.relu(excitation), { filters: 12, kernel: 1, name: 'fc2' }))]);
}

describe('pullSqueeze', () => {
  test.each([true, false])('multiplies the two layers into one, biases %s', (bias) => {
    const before = valued((g, x) => squeezed(g, x, { bias }));
    const after = pullSqueeze(before);
    expect(after.graph.nodes.find(({ name }) => name === 'squeeze')!.inputs).toEqual(['input']);
    expect(after.graph.parameters.get('fc1.weight')!.shape).toEqual([1, 1, 4, 3]);
    expectSame(before, after);
  });

  test('does nothing after an activation, a wider input or a maximum', () => {
    const wider = (g: GraphBuilder, x: Node) =>
      g.conv2d(g.reduce(g.conv2d(x, { filters: 2, kernel: 1 })), { filters: 3, kernel: 1 });
    const strongest = (g: GraphBuilder, x: Node) =>
      g.conv2d(g.reduce(g.conv2d(x, { filters: 8, kernel: 1 }), { kind: 'max' }), { filters: 3, kernel: 1 });
    for (const build of [(g: GraphBuilder, x: Node) => squeezed(g, x, { activation: true }), wider, strongest]) {
      const before = valued(build);
      expect(pullSqueeze(before).graph).toEqual(before.graph);
    }
  });
});

describe('fuseActivation and dropTraining', () => {
  test.each<[string, (g: GraphBuilder, x: Node) => Node]>([
    ['grouped', (g, x) => g.conv2d(x, { filters: 4, kernel: 3, groups: 2 })],
    ['dilated depthwise', (g, x) => g.depthwiseConv2d(x, { kernel: 3, dilation: 2, padding: 'same' })],
  ])('%s convolutions keep their activation beside them', (_, convolution) => {
    const before = valued((g, x) => g.relu(convolution(g, x)));
    expect(ops(fuseActivation(before))).toEqual(ops(before));
  });

  test('activations move into the convolutions they follow alone', () => {
    const before = valued((g, x) => {
      const y = g.relu(g.conv2d(x, { filters: 4, kernel: 3, name: 'conv' }), { name: 'act' });
      const z = g.activation(g.depthwiseConv2d(y, { kernel: 1 }), 'relu6');
      return g.activation(g.conv2d(z, { filters: 4, kernel: 1 }), 'hard-swish');
    });
    const after = fuseActivation(before);
    expect(ops(after)).toEqual(['input', 'conv2d', 'depthwiseConv2d', 'conv2d', 'activation']);
    expect(after.graph.nodes[1]).toMatchObject({ name: 'act', attributes: { activation: 'relu' } });
    expectSame(before, after);
  });

  test('what only trains is gone, also at the end', () => {
    const before = valued((g, x) => g.dropout(g.dropPath(g.relu(x, { name: 'act' }), 0.3), 0.5));
    const after = dropTraining(before);
    expect(ops(after)).toEqual(['input', 'activation']);
    expect(after.graph.outputs).toEqual(['act']);
    expectSame(before, after);
  });
});

test('runPasses keeps the outputs that are asked for readable', () => {
  const before = valued((g, x) =>
    squeezed(g, g.relu(g.batchNormalization(g.conv2d(x, { filters: 4, kernel: 3, padding: 'same' }), { name: 'bn' }))),
  );
  const both = { ...before, graph: { ...before.graph, outputs: ['bn', ...before.graph.outputs] } };
  const after = runPasses(both);
  expect(after.graph.outputs).toEqual(both.graph.outputs);
  expectSame(both, after);
  const twice: Pass[] = [foldBatchNormalization, foldBatchNormalization];
  expect(runPasses(before, twice).graph).toEqual(foldBatchNormalization(before).graph);
});
