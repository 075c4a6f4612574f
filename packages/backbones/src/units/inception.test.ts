/** Attention at the sites of Inception's modules, held to the module without it: numbers, not names. */
import { type AnyUnit, type Assembly, attach, GraphBuilder, type State } from '@senet/core/graph';
import { se } from '@senet/se';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { scaled, seGates, seWeights } from '../../../../test/support/attention.js';
import { formulaState, relativeL2 } from '../../../../test/support/formula.js';
import type { Tensor } from '../../../../test/support/reference.js';
import { runGraph, values } from '../../../../test/support/run.js';
import { inceptionA, inceptionB, inceptionC, inceptionD, inceptionE } from './inception.js';

const OPTIONS = { epsilon: 1e-3, pool: 8, width: 12 };
const UNITS = [inceptionA, inceptionB, inceptionC, inceptionD, inceptionE] as readonly AnyUnit[];
const CASES = UNITS.flatMap((unit) => unit.sites.map((site) => [unit.type, site, unit] as const));
const x = values('x', [4, 3, 8]);

beforeAll(async () => {
  await tf.setBackend('wasm');
});

/** A module alone; the plain one's graph with the values that it shares with the gated one. */
function build(unit: AnyUnit) {
  const g = new GraphBuilder();
  const { output, sites } = unit.build(g, g.input(x.shape), OPTIONS);
  return { graph: g.finish([output]), sites };
}

function gated(unit: AnyUnit, at: string): { output: Tensor; state: State } {
  const { graph } = build(attach(unit, se({ ratio: 4, rounding: 'floor' }), { at }));
  const state = formulaState({ graph } as Assembly, 'timm', 1);
  return { output: runGraph(graph, x, state)[0]!, state };
}

const seOf = (state: State, value: Tensor) => scaled(value, seGates(value, seWeights(state, 'se')));

describe.each(CASES)('%s at %s', (_, site, unit) => {
  test('gates that, and nothing else', () => {
    const { output, state } = gated(unit, site);
    const { graph, sites } = build(unit);
    const own = new Map([...graph.parameters.keys()].map((key) => [key, state.get(key)!]));
    const plain = (input: Tensor) => runGraph(graph, { ...input, data: Float32Array.from(input.data) }, own)[0]!;
    let expected: Tensor;
    if (site === 'input') expected = plain(seOf(state, x));
    else if (site === 'output') expected = seOf(state, plain(x));
    else {
      const paths = Object.keys(sites).filter((name) => name.startsWith('path:'));
      const parts: Tensor[] = runGraph(
        graph,
        x,
        own,
        paths.map((name) => sites[name]!.producer.name),
      );
      parts[paths.indexOf(site)] = seOf(state, parts[paths.indexOf(site)]!);
      expected = concatenated(parts);
    }
    expect(relativeL2(output.data, expected.data)).toBeLessThan(1e-5);
    expect(relativeL2(output.data, plain(x).data)).toBeGreaterThan(1e-3);
  });
});

function concatenated(parts: readonly Tensor[]): Tensor {
  const [height, width] = parts[0]!.shape as [number, number];
  const data = Array.from({ length: height * width }, (_, i) =>
    parts.flatMap(({ shape, data: part }) => Array.from({ length: shape[2]! }, (_, c) => part[i * shape[2]! + c]!)),
  ).flat();
  return { shape: [height, width, parts.reduce((sum, { shape }) => sum + shape[2]!, 0)], data };
}

test('`branch` is another name of `output`', () => {
  const branch = gated(inceptionA, 'branch').output;
  expect(branch).toEqual(gated(inceptionA, 'output').output);
});
