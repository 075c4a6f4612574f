import { expect, test } from 'vitest';
import { FORMULAS } from '../../../../test/support/reference.js';
import { onBackends, runGraph } from '../../../../test/support/run.js';
import { GraphBuilder } from '../graph/builder.js';
import { ACTIVATIONS } from '../graph/ops/elementwise.js';

const xs = Float32Array.from({ length: 161 }, (_, i) => (i - 80) / 20);
const far = Float32Array.from([-80, -20, 20, 80]);

onBackends('activations', () => {
  test.each(ACTIVATIONS)('%s', (activation) => {
    const g = new GraphBuilder();
    const graph = g.finish([g.node('activation', [g.input([xs.length])], { activation })]);
    const [y] = runGraph(graph, { shape: [xs.length], data: xs });
    for (const [i, value] of y!.data.entries()) {
      expect(value, `${activation}(${xs[i]})`).toBeCloseTo(FORMULAS[activation](xs[i]!), 5);
    }
  });

  test.each(ACTIVATIONS.filter((name) => name !== 'gelu'))('%s far out', (activation) => {
    const g = new GraphBuilder();
    const graph = g.finish([g.node('activation', [g.input([far.length])], { activation })]);
    const [y] = runGraph(graph, { shape: [far.length], data: far });
    expect([...y!.data]).toEqual([...far].map((x) => expect.closeTo(FORMULAS[activation](x), 4)));
  });
});
