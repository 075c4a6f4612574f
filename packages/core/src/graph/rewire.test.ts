import { describe, expect, test } from 'vitest';
import { GraphBuilder } from './builder.js';

/** input → a → b, c; d = b + c */
function diamond() {
  const g = new GraphBuilder('diamond');
  const x = g.input([4]);
  const a = g.relu(x, { name: 'a' });
  const b = g.sigmoid(a, { name: 'b' });
  const c = g.dense(a, { units: 4, name: 'c' });
  const d = g.add([b, c], { name: 'd' });
  return { g, x, a, b, c, d };
}

const readers = (g: GraphBuilder, node: Parameters<GraphBuilder['readersOf']>[0]) =>
  g.readersOf(node).map((edge) => `${edge.node.name}[${edge.input}]`);

describe('rewiring', () => {
  test('readersOf lists every place that reads a node, twice where it is read twice', () => {
    const { g, a, d } = diamond();
    const twice = g.multiply([d, d], { name: 'square' });
    expect(readers(g, a)).toEqual(['b[0]', 'c[0]']);
    expect(readers(g, d)).toEqual(['square[0]', 'square[1]']);
    expect(readers(g, twice)).toEqual([]);
  });

  test('moves one edge and leaves the others', () => {
    const { g, a, b, d } = diamond();
    const gate = g.affine(a, { scale: 2, name: 'gate' });
    g.rewire(g.readersOf(a).find(({ node }) => node === b)!, gate);
    expect([readers(g, a), readers(g, gate)]).toEqual([['c[0]', 'gate[0]'], ['b[0]']]);
    const graph = g.finish([d]);
    expect(graph.nodes.find(({ name }) => name === 'b')!.inputs).toEqual(['gate']);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['input', 'a', 'gate', 'b', 'c', 'd']);
  });

  test('a watched edge follows', () => {
    const { g, d } = diamond();
    const watch = g.watch(d);
    const [edge] = g.readersOf(d);
    const after = g.relu(d, { name: 'after' });
    g.rewire(edge!, after);
    expect(g.sourceOf(watch)).toBe(after);
    expect(readers(g, d)).toEqual(['after[0]']);
    expect(g.finish([g.sourceOf(watch)]).outputs).toEqual(['after']);
    expect(g.names()).not.toContain('watcher 0');
  });

  test('nodes of another builder are refused', () => {
    const { g, d } = diamond();
    const stranger = diamond().d;
    for (const use of [
      () => g.relu(stranger),
      () => g.rewire(g.readersOf(diamond().a)[0]!, d),
      () => g.finish([stranger]),
      () => g.readersOf(stranger),
    ]) {
      expect(use).toThrowError(expect.objectContaining({ code: 'UnknownName' }));
    }
  });
});

describe('finish', () => {
  test('keeps what the outputs need, inputs always, and their parameters', () => {
    const { g, x, b } = diamond();
    g.input([2], 'unread');
    const graph = g.finish([b]);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['input', 'a', 'b', 'unread']);
    expect(graph.inputs).toEqual(['input', 'unread']);
    expect(graph.outputs).toEqual(['b']);
    expect(graph.parameters.size).toBe(0);
    expect(graph.name).toBe('diamond');
    expect(g.finish([x, b]).outputs).toEqual(['input', 'b']);
  });

  test('puts every node after what it reads, whatever was rewired', () => {
    const { g, a, b, c, d } = diamond();
    const late = g.dense(a, { units: 4, name: 'late' });
    for (const edge of g.readersOf(a)) if (edge.node !== late) g.rewire(edge, late);
    const { nodes, parameters } = g.finish([d, c, b]);
    const place = new Map(nodes.map(({ name }, i) => [name, i]));
    for (const { name, inputs } of nodes) {
      for (const input of inputs) expect(place.get(input)!, `${input} before ${name}`).toBeLessThan(place.get(name)!);
    }
    expect(new Set(parameters.keys())).toEqual(new Set(['c.weight', 'c.bias', 'late.weight', 'late.bias']));
  });

  test('gives plain data: later changes do not reach it', () => {
    const { g, a, d } = diamond();
    const graph = g.finish([d]);
    const before = structuredClone(graph.nodes);
    g.rename(d, 'renamed');
    g.rewire(g.readersOf(a)[0]!, g.affine(a, { scale: 2 }));
    expect(structuredClone(graph.nodes)).toEqual(before);
    expect(graph.nodes.every((node) => Object.getPrototypeOf(node) === Object.prototype)).toBe(true);
  });

  test('takes chains of any length', () => {
    const g = new GraphBuilder();
    let x = g.input([1]);
    for (let i = 0; i < 20_000; i++) x = g.relu(x, { name: `r${i}` });
    expect(g.finish([x]).nodes).toHaveLength(20_001);
  });
});
