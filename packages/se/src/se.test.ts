import { ACTIVATIONS, type ActivationName, GraphBuilder, initialState } from '@senet/core/graph';
import { describe, expect, test } from 'vitest';
import { alone, largest, mean, scaled, seGates } from '../../../test/support/attention.js';
import { FORMULAS } from '../../../test/support/reference.js';
import { onBackends } from '../../../test/support/run.js';
import { GATES } from './gate.js';
import { se } from './se.js';

const SHAPE = [5, 4, 16];
const close = (data: ArrayLike<number>) => Array.from(data, (v) => expect.closeTo(v, 5));

const GATE_FORMULAS = {
  ...FORMULAS,
  'identity-sigmoid': (x: number) => 2 * FORMULAS.sigmoid(x),
  'identity-tanh': (x: number) => 1 + Math.tanh(x),
};

onBackends('se', () => {
  test('is equations 2 to 4 of the paper', () => {
    const { run, state, input } = alone(se({ ratio: 4 }), SHAPE);
    expect([...run().data]).toEqual(close(scaled(input, seGates(input, weightsOf(state))).data));
  });

  test.each([
    ['avg', mean],
    ['max', largest],
    ['avg+max', (v: readonly number[]) => (mean(v) + largest(v)) / 2],
  ] as const)('squeezes by %s', (squeeze, of) => {
    const { run, state, input } = alone(se({ ratio: 4, squeeze }), SHAPE);
    expect([...run().data]).toEqual(close(scaled(input, seGates(input, weightsOf(state), { squeeze: of })).data));
  });

  test.each(GATES)('gates by %s', (gate) => {
    const { run, state, input } = alone(se({ ratio: 4, gate }), SHAPE);
    const gates = seGates(input, weightsOf(state), { gate: GATE_FORMULAS[gate] });
    expect([...run().data]).toEqual(close(scaled(input, gates).data));
  });

  test.each(ACTIVATIONS)('has %s between its layers', (activation) => {
    const { run, state, input } = alone(se({ ratio: 4, activation }), SHAPE);
    const gates = seGates(input, weightsOf(state), { activation: FORMULAS[activation] });
    expect([...run().data]).toEqual(close(scaled(input, gates).data));
  });

  test('has no biases with bias: false', () => {
    const { run, state, input, graph } = alone(se({ ratio: 4, bias: false }), SHAPE);
    expect([...graph.parameters.keys()]).toEqual(['fc1.weight', 'fc2.weight']);
    expect([...run().data]).toEqual(close(scaled(input, seGates(input, weightsOf(state))).data));
  });

  test.each(GATES)('with init identity and %s starts as the identity, to the bit', (gate) => {
    const { graph, run, input } = alone(se({ ratio: 4, gate }), SHAPE, 'identity');
    expect([...run(initialState(graph)).data]).toEqual([...input.data]);
  });
});

function weightsOf(state: ReadonlyMap<string, Float32Array>) {
  return {
    fc1: state.get('fc1.weight')!,
    fc1Bias: state.get('fc1.bias'),
    fc2: state.get('fc2.weight')!,
    fc2Bias: state.get('fc2.bias'),
  };
}

describe('reduced channels', () => {
  const reducedOf = (options: Parameters<typeof se>[0], channels: number, blockChannels = channels) => {
    const g = new GraphBuilder();
    const blockInput = g.input([2, 2, blockChannels], 'block');
    return se(options).build(g, g.input([2, 2, channels]), { blockInput }).reduced;
  };

  test('by ratio and rounding, or as given', () => {
    expect(reducedOf({}, 256)).toBe(16);
    expect(reducedOf({ rounding: 'floor' }, 64)).toBe(4);
    expect(reducedOf({ ratio: 0.5, rounding: 'floor' }, 8)).toBe(16);
    expect(reducedOf({ reduced: 7, ratio: 2 }, 64)).toBe(7);
  });

  test('of the site or of the block’s input: EfficientNet’s 96 from 16', () => {
    const options = { ratio: 4, rounding: 'round', reduceFrom: 'blockInput' } as const;
    expect([reducedOf(options, 96, 16), reducedOf({ ...options, reduceFrom: 'site' }, 96, 16)]).toEqual([4, 24]);
  });
});

test('takes the unit’s activation and the family’s names', () => {
  const g = new GraphBuilder();
  const x = g.input([2, 2, 8]);
  const context = { activation: 'silu' as ActivationName, names: { reduce: 'conv_reduce', expand: 'conv_expand' } };
  se({ activation: 'unit' }).build(g, x, context);
  expect(g.names()).toEqual(['input', 'squeeze', 'conv_reduce', 'act', 'conv_expand', 'gate', 'multiply']);
  expect(g.find('act')!.attributes).toEqual({ activation: 'silu' });
});

test.each<[object]>([
  [{ ratio: 0 }],
  [{ ratio: 1e-3 }],
  [{ ratio: Number.NaN }],
  [{ reduced: 1.5 }],
  [{ gate: 'softmax' }],
  [{ rations: 4 }],
  [{ rounding: 'ceil' }],
])('refuses %j', (options) => {
  expect(() => se(options as never)).toThrowError(expect.objectContaining({ code: 'ConfigInvalid' }));
});
