/** The ops that no other test here runs: merges, reductions, reshaping, normalization, dense layers. */
import { expect, test } from 'vitest';
import { onBackends, runGraph, type Tensor, values } from '../../../../test/support/run.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';

type Cell = (h: number, w: number, c: number) => number;

const x = values('map', [3, 4, 2]);
const at: Cell = (h, w, c) => x.data[(h * 4 + w) * 2 + c]!;
const positions = Array.from({ length: 12 }, (_, i) => [Math.floor(i / 4), i % 4] as const);

function run(build: (g: GraphBuilder, x: Node) => Node, state?: ReadonlyMap<string, Float32Array>): Tensor {
  const g = new GraphBuilder();
  return runGraph(g.finish([build(g, g.input(x.shape))]), x, state)[0]!;
}

const map = (cell: Cell, channels = 2) =>
  positions.flatMap(([h, w]) => Array.from({ length: channels }, (_, c) => expect.closeTo(cell(h, w, c), 5)));
const closeTo = (numbers: readonly number[]) => numbers.map((v) => expect.closeTo(v, 5));
const channel = (c: number) => positions.map(([h, w]) => at(h, w, c));
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

onBackends('ops', () => {
  test.each([
    ['mean', (v: number[]) => sum(v) / v.length],
    ['max', (v: number[]) => Math.max(...v)],
    ['sum', sum],
  ] as const)('reduce: %s over space and over channels, with and without the axes', (kind, of) => {
    const bySpace = [0, 1].map((c) => of(channel(c)));
    const byChannel = positions.map(([h, w]) => of([at(h, w, 0), at(h, w, 1)]));
    for (const keepDims of [true, false]) {
      const space = run((g, input) => g.reduce(input, { kind, over: 'space', keepDims }));
      expect(space.shape).toEqual(keepDims ? [1, 1, 2] : [2]);
      expect([...space.data]).toEqual(closeTo(bySpace));
      const channels = run((g, input) => g.reduce(input, { kind, over: 'channels', keepDims }));
      expect(channels.shape).toEqual(keepDims ? [3, 4, 1] : [3, 4]);
      expect([...channels.data]).toEqual(closeTo(byChannel));
    }
  });

  test.each([
    ['add', (a: number, b: number) => a + b],
    ['multiply', (a: number, b: number) => a * b],
    ['maximum', Math.max],
    ['average', (a: number, b: number) => (a + b) / 2],
  ] as const)('%s broadcasts a gate over the map, in either order, and a map of one channel', (op, of) => {
    const means = [0, 1].map((c) => sum(channel(c)) / 12);
    const gated = map((h, w, c) => of(at(h, w, c), means[c]!));
    expect([...run((g, input) => g.node(op, [input, g.reduce(input)], {})).data]).toEqual(gated);
    expect([...run((g, input) => g.node(op, [g.reduce(input), input], {})).data]).toEqual(gated);
    const spatial = run((g, input) => g.node(op, [input, g.reduce(input, { over: 'channels' })], {}));
    expect([...spatial.data]).toEqual(map((h, w, c) => of(at(h, w, c), (at(h, w, 0) + at(h, w, 1)) / 2)));
  });

  test('merges take three inputs', () => {
    const tripled = run((g, input) => g.average([input, input, g.affine(input, { scale: 4 })]));
    expect([...tripled.data]).toEqual(map((h, w, c) => 2 * at(h, w, c)));
  });

  test('affine, pad, concatenate, reshape', () => {
    expect([...run((g, v) => g.affine(v, { scale: 3, offset: -1 })).data]).toEqual(
      map((h, w, c) => 3 * at(h, w, c) - 1),
    );
    const padded = run((g, v) => g.pad(v, [1, 2, 0, 3]));
    expect(padded.shape).toEqual([6, 7, 2]);
    expect([...padded.data.slice(0, 14)]).toEqual(Array(14).fill(0));
    expect([...padded.data.slice(14, 22)]).toEqual([...x.data.slice(0, 8)]);
    const joined = run((g, v) => g.concatenate([v, g.affine(v, { scale: -1 })]));
    expect([...joined.data]).toEqual(map((h, w, c) => (c < 2 ? at(h, w, c) : -at(h, w, c - 2)), 4));
    expect([...run((g, v) => g.concatenate([v])).data]).toEqual([...x.data]);
    const flat = run((g, v) => g.reshape(v, [24]));
    expect([flat.shape, [...flat.data]]).toEqual([[24], [...x.data]]);
  });

  test('dropout does nothing when a model predicts', () => {
    expect([...run((g, v) => g.dropout(v, 0.9)).data]).toEqual([...x.data]);
  });

  test('batch normalization uses its statistics, epsilon, gamma and beta', () => {
    const state = new Map(
      Object.entries({ weight: [2, 3], bias: [0.5, -0.5], running_mean: [0.1, 0.2], running_var: [0.3, 4] }).map(
        ([key, v]) => [`bn.${key}`, Float32Array.from(v)],
      ),
    );
    const y = run((g, v) => g.batchNormalization(v, { epsilon: 0.7, name: 'bn' }), state);
    const [gamma, beta, mean, variance] = [...state.values()] as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    expect([...y.data]).toEqual(
      map((h, w, c) => (gamma[c]! * (at(h, w, c) - mean[c]!)) / Math.sqrt(variance[c]! + 0.7) + beta[c]!),
    );
  });

  test('dense and softmax', () => {
    const state = new Map([
      ['fc.weight', Float32Array.from([1, 2, 3, 4])],
      ['fc.bias', Float32Array.from([0.5, -0.5])],
    ]);
    const [a, b] = [0, 1].map((c) => sum(channel(c)) / 12) as [number, number];
    const logits = [a + 3 * b + 0.5, 2 * a + 4 * b - 0.5];
    const fc = (g: GraphBuilder, v: Node) => g.dense(g.reduce(v, { keepDims: false }), { units: 2, name: 'fc' });
    expect([...run(fc, state).data]).toEqual(closeTo(logits));
    const total = sum(logits.map(Math.exp));
    expect([...run((g, v) => g.softmax(fc(g, v)), state).data]).toEqual(
      closeTo(logits.map((l) => Math.exp(l) / total)),
    );
  });
});
