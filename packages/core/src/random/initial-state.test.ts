import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.js';
import { fanIn, fanOut, type Initializer, kaimingNormal, torchUniform } from '../graph/initializer.js';
import type { Parameter } from '../graph/parameter.js';
import { initialState, initialValues } from './initial-state.js';

const SIZE = 100_000;
const parameter = (initializer: Initializer, key = 'p', size = SIZE): Parameter => {
  return { key, role: 'kernel', shape: [size], layout: 'C', trainable: true, initializer };
};
const valuesOf = (initializer: Initializer) => initialValues(parameter(initializer), 0);
const deviation = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

describe('initializers', () => {
  test('constant', () => {
    expect([...initialValues(parameter({ type: 'constant', value: 0.25 }, 'p', 3), 0)]).toEqual([0.25, 0.25, 0.25]);
    expect(valuesOf({ type: 'constant', value: 0 }).every((v) => v === 0)).toBe(true);
  });

  test('normal', () => {
    const values = valuesOf({ type: 'normal', std: 0.2 });
    expect(values.reduce((a, b) => a + b) / SIZE).toBeCloseTo(0, 2);
    expect(deviation(values)).toBeCloseTo(0.2, 2);
    expect(values.filter((v) => Math.abs(v) > 0.4).length / SIZE).toBeCloseTo(0.0455, 2);
  });

  test('truncated-normal ends at two deviations', () => {
    const values = valuesOf({ type: 'truncated-normal', std: 0.2 });
    const largest = values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
    expect(largest).toBeLessThanOrEqual(Math.fround(0.4));
    expect(largest).toBeGreaterThan(0.399);
    expect(deviation(values)).toBeCloseTo(0.2 * 0.8796, 2); // of a standard normal cut at ±2
  });

  test('uniform fills its bound', () => {
    const values = valuesOf({ type: 'uniform', bound: 0.3 });
    const [least, largest] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    expect([least, largest]).toEqual([expect.closeTo(-0.3, 3), expect.closeTo(0.3, 3)]);
    expect(Math.max(-least, largest)).toBeLessThanOrEqual(Math.fround(0.3));
    expect(deviation(values)).toBeCloseTo(0.3 / Math.sqrt(3), 2);
  });

  test.each([
    ['HWIO', [3, 3, 4, 8], 36, 72],
    ['HWCM', [5, 5, 4, 2], 25, 50],
    ['WIO', [3, 4, 8], 12, 24],
    ['IO', [6, 10], 6, 10],
  ] as const)('fans of %s', (layout, shape, inputs, outputs) => {
    expect([fanIn(shape, layout), fanOut(shape, layout)]).toEqual([inputs, outputs]);
    expect(kaimingNormal(shape, layout)).toEqual({ type: 'normal', std: Math.sqrt(2 / outputs) });
  });

  test('torchUniform stays finite without inputs', () => {
    expect(torchUniform(25)).toEqual({ type: 'uniform', bound: 0.2 });
    expect(torchUniform(0)).toEqual({ type: 'uniform', bound: 1 });
  });
});

describe('initialState', () => {
  const layers = ['a', 'b', 'c'];
  function graph(names: readonly string[]) {
    const g = new GraphBuilder();
    const x = g.input([4]);
    return g.finish([g.add([x, ...names.map((name) => g.dense(x, { units: 4, name }))])]);
  }

  test('draws every parameter of a graph, by its size', () => {
    const state = initialState(graph(layers));
    expect([...state].map(([key, values]) => [key, values.length])).toEqual(
      layers.flatMap((name) => [
        [`${name}.weight`, 16],
        [`${name}.bias`, 4],
      ]),
    );
  });

  test('depends on the key and the seed, not on the order or on what else there is', () => {
    const [all, reversed, alone] = [graph(layers), graph([...layers].reverse()), graph(['b'])].map((g) =>
      initialState(g, 9),
    );
    expect(new Map([...reversed!].sort())).toEqual(new Map([...all!].sort()));
    expect(alone!.get('b.weight')).toEqual(all!.get('b.weight'));
    expect(all!.get('a.weight')).not.toEqual(all!.get('b.weight'));
    expect(initialState(graph(layers), 10).get('a.weight')).not.toEqual(all!.get('a.weight'));
    expect(initialState(graph(layers))).toEqual(initialState(graph(layers), 0));
  });
});
