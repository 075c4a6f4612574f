/** SE, ECA and CBAM as their papers have them, as plain loops: what the graphs are held to. */
import { type Attention, GraphBuilder, type State } from '@senet/core/graph';
import { FORMULAS, type Tensor } from './reference.js';
import { runGraph, values } from './run.js';

export type Formula = (x: number) => number;
export const sigmoid = FORMULAS.sigmoid;

export const channelsOf = ({ shape }: Tensor) => shape.at(-1)!;

/** Squeezes each channel to one value. */
export function overSpace(x: Tensor, of: (values: readonly number[]) => number): number[] {
  const channels = channelsOf(x);
  const positions = x.data.length / channels;
  return Array.from({ length: channels }, (_, c) =>
    of(Array.from({ length: positions }, (_, i) => x.data[i * channels + c]!)),
  );
}

export const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
export const largest = (v: readonly number[]) => Math.max(...v);

/** `inputs · weight + bias`, the weight `[inputs, outputs]`. */
export function dense(inputs: readonly number[], weight: ArrayLike<number>, bias?: ArrayLike<number>): number[] {
  const outputs = weight.length / inputs.length;
  return Array.from({ length: outputs }, (_, o) =>
    inputs.reduce((sum, v, i) => sum + v * weight[i * outputs + o]!, bias?.[o] ?? 0),
  );
}

/** Scales each channel by its gate. */
export function scaled(x: Tensor, gates: readonly number[]) {
  return { shape: x.shape, data: Array.from(x.data, (v, i) => v * gates[i % gates.length]!) };
}

export interface SeWeights {
  readonly fc1: ArrayLike<number>;
  readonly fc1Bias?: ArrayLike<number>;
  readonly fc2: ArrayLike<number>;
  readonly fc2Bias?: ArrayLike<number>;
}

/** Hu et al. 2018, equations 2 to 4. */
export function seGates(
  x: Tensor,
  { fc1, fc1Bias, fc2, fc2Bias }: SeWeights,
  {
    squeeze = mean,
    activation = FORMULAS.relu,
    gate = sigmoid,
  }: { squeeze?: typeof mean; activation?: Formula; gate?: Formula } = {},
): number[] {
  const reduced = dense(overSpace(x, squeeze), fc1, fc1Bias).map(activation);
  return dense(reduced, fc2, fc2Bias).map(gate);
}

/** The `se` of a unit in a state, by timm's keys. */
export function seWeights(state: State, prefix: string, [reduce, expand] = ['fc1', 'fc2']): SeWeights {
  const at = (layer: string, role: string) => state.get(`${prefix}.${layer}.${role}`)!;
  return {
    fc1: at(reduce!, 'weight'),
    fc1Bias: at(reduce!, 'bias'),
    fc2: at(expand!, 'weight'),
    fc2Bias: at(expand!, 'bias'),
  };
}

/** An attention alone, with values for its parameters by their keys (statistics above zero). */
export function alone(attention: Attention, shape: readonly number[], init: 'default' | 'identity' = 'default') {
  const g = new GraphBuilder();
  const x = g.input(shape);
  const { output, reduced } = attention.build(g, x, { init });
  const graph = g.finish([output]);
  const state: State = new Map(
    [...graph.parameters.values()].map(({ key, shape: of }) => {
      const { data } = values(key, of);
      return [key, key.endsWith('running_var') ? data.map((v) => v + 1.5) : data];
    }),
  );
  const input = values('x', shape);
  return { graph, state, reduced, input, run: (given: State = state) => runGraph(graph, input, given)[0]! };
}
