import { describe, expect, test } from 'vitest';
import { onBackends, runGraph, values } from '../../../../../test/support/run.js';
import { GraphBuilder } from '../builder.js';
import type { Graph, Node } from '../node.js';
import { fuseGate } from './index.js';

/** What a block ends in, on a map with a gate of its means and a shortcut. */
function graphOf(
  end: (g: GraphBuilder, x: Node, gate: Node, shortcut: Node) => Node | Node[],
  shape = [4, 5, 3],
): Graph {
  const g = new GraphBuilder();
  const x = g.input(shape);
  const gate = g.affine(g.reduce(x), { scale: 2, offset: -0.5, name: 'gate' });
  const shortcut = g.affine(x, { scale: -1, offset: 0.25, name: 'shortcut' });
  return g.finish([end(g, x, gate, shortcut)].flat());
}

const fuse = (graph: Graph) => fuseGate({ graph, state: new Map() }).graph;

onBackends('fuseGate', () => {
  test.each<[string, Parameters<typeof graphOf>[0]]>([
    ['map first', (g, x, gate, shortcut) => g.relu(g.add([g.multiply([x, gate]), shortcut]), { name: 'act' })],
    ['gate first', (g, x, gate, shortcut) => g.relu(g.add([g.multiply([gate, x]), shortcut]), { name: 'act' })],
    ['shortcut first', (g, x, gate, shortcut) => g.relu(g.add([shortcut, g.multiply([x, gate])]), { name: 'act' })],
  ])('%s: one node of the same values', (_, end) => {
    for (const shape of [
      [4, 5, 3],
      [1, 1, 3],
    ]) {
      const graph = graphOf(end, shape);
      const fused = fuse(graph);
      const node = fused.nodes.at(-1)!;
      expect(node).toMatchObject({ name: 'act', op: 'gateAddRelu', shape });
      if (shape[0] !== 1) expect(node.inputs).toEqual(['input', 'gate', 'shortcut']); // of one pixel, either is the gate
      expect(fused.nodes.map(({ op }) => op)).not.toContain('multiply');
      const input = values('map', shape);
      const [expected, actual] = [runGraph(graph, input)[0]!, runGraph(fused, input)[0]!];
      expect(expected.data.some((value) => value > 0) && expected.data.some((value) => value === 0)).toBe(true);
      expect([...actual.data]).toEqual([...expected.data].map((value) => expect.closeTo(value, 6)));
    }
  });
});

describe('fuseGate leaves', () => {
  test.each<[string, Parameters<typeof graphOf>[0]]>([
    [
      'a product that is read elsewhere',
      (g, x, gate, s) => {
        const product = g.multiply([x, gate]);
        return g.add([g.relu(g.add([product, s])), product]);
      },
    ],
    [
      'a product that is an output',
      (g, x, gate, s) => {
        const product = g.multiply([x, gate]);
        return [product, g.relu(g.add([product, s]))];
      },
    ],
    [
      'a sum that is an output',
      (g, x, gate, s) => {
        const sum = g.add([g.multiply([x, gate]), s]);
        return [sum, g.relu(sum)];
      },
    ],
    ['another activation', (g, x, gate, s) => g.activation(g.add([g.multiply([x, gate]), s]), 'relu6')],
    ['a sum of three', (g, x, gate, s) => g.relu(g.add([g.multiply([x, gate]), s, x]))],
    [
      'a product twice in a sum',
      (g, x, gate) => {
        const product = g.multiply([x, gate]);
        return g.relu(g.add([product, product]));
      },
    ],
    ['a gate of pixels', (g, x, _, s) => g.relu(g.add([g.multiply([x, g.reduce(x, { over: 'channels' })]), s]))],
    ['a shortcut that broadcasts', (g, x, gate) => g.relu(g.add([g.multiply([x, gate]), gate]))],
  ])('%s', (_, end) => {
    const graph = graphOf(end);
    expect(fuse(graph)).toEqual(graph);
  });
});
