/** Every recipe that timm has too, held to timm's own figures: weights by name and shape, pictures, dropout, epsilon. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Assembly, fnv1a } from '@senet/core/graph';
import { entriesOf, timm } from '@senet/weights';
import { describe, expect, test } from 'vitest';
import { readGolden } from './support/golden.js';
import { assembler } from './support/models.js';

interface Row {
  readonly name: string;
  readonly params: number;
  readonly buffers: number;
  /** Hash of the sorted lines `key shape` of the state_dict, without the counters of batches. */
  readonly keys: number;
  readonly epsilon: number;
  /** Before the classifier, where the architecture has it without being asked. */
  readonly dropout: number;
  readonly input: { readonly size: number; readonly [preparation: string]: unknown };
}

const { recipes, dropPath } = readGolden<{
  readonly recipes: readonly Row[];
  readonly dropPath: { readonly rate: number; readonly units: Readonly<Record<string, Record<string, number>>> };
}>('timm/recipes');

const linesOf = (net: Assembly) => entriesOf(net, timm).map(({ key, shape }) => `${key} ${shape.join('x')}`);

test('timm has these recipes, and no other says so', () => {
  const ours = assembler.registries.recipes.all().flatMap(({ name, timm }) => (timm ? [name] : []));
  expect(ours.toSorted()).toEqual(recipes.map(({ name }) => name).toSorted());
});

test.each(recipes.map((row) => [row.name, row] as const))('%s', (name, row) => {
  const net = assembler.assemble(name);
  const { trainable, nonTrainable } = net.plan.params;
  expect([trainable, nonTrainable]).toEqual([row.params, row.buffers]);
  expect(fnv1a(linesOf(net).sort().join('\n'))).toBe(row.keys);

  const { size, ...preparation } = row.input;
  const defaults = { interpolation: 'bicubic', cropPct: 0.875, cropMode: 'center' };
  expect({ ...defaults, ...net.config.input }).toEqual({ shape: [size, size, 3], ...preparation });
  expect(net.config.head).toMatchObject({ type: 'classifier', classes: 1000, dropout: row.dropout });

  const epsilons = net.graph.nodes.flatMap((node) =>
    node.op === 'batchNormalization' ? [(node.attributes as { epsilon: number }).epsilon] : [],
  );
  expect([...new Set(epsilons)]).toEqual([row.epsilon]);
});

const lists = readdirSync(new URL('./goldens/timm/keys', import.meta.url)).map((file) => file.replace('.tsv', ''));

test.each(lists)('%s has the keys of its list', (name) => {
  const [, ...lines] = readFileSync(new URL(`./goldens/timm/keys/${name}.tsv`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const expected = lines.map((line) => line.split('\t')).filter(([key]) => !timm.ignores!(key!));
  expect(linesOf(assembler.assemble(name)).sort()).toEqual(expected.map(([key, shape]) => `${key} ${shape}`).sort());
});

describe('stochastic depth grows as in timm', () => {
  test.each(Object.entries(dropPath.units))('%s', (name, units) => {
    const net = assembler.assemble({ extends: name, backbone: { dropPath: dropPath.rate } } as never, {
      inputShape: [64, 64, 3],
    });
    const rates = net.graph.nodes.flatMap((node) =>
      node.op === 'dropPath' ? [[node.name.replace('.drop_path', ''), (node.attributes as { rate: number }).rate]] : [],
    );
    expect(rates.map(([unit]) => unit)).toEqual(Object.keys(units));
    for (const [unit, rate] of rates) expect(rate).toBeCloseTo(units[unit as string]!, 5);
  });
});
