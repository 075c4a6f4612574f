/** Keys and shapes of timm's state_dicts: all of them, and no others. */
import { entriesOf, timm } from '@senet/weights';
import { describe, expect, test } from 'vitest';
import { assembler } from '../support/models.js';
import { type Config, familyOf, REPRESENTATIVES, TIMM_RECIPES } from './networks.js';
import { useWorker } from './worker.js';

const { call } = useWorker('torch', 'timm_worker');

describe('keys and shapes are those of timm', () => {
  test.each(TIMM_RECIPES)('%s', async (name) => {
    const net = assembler.assemble(name as Config);
    const theirs = await call<Record<string, number[]>>('keys', { architecture: name, options: {} });
    const ours = entriesOf(net, timm).map(({ key, shape }) => [key, [...shape]]);
    const counted = Object.entries(theirs).filter(([key]) => !timm.ignores!(key));
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(counted));
    const extras = [...timm.extras!(net).keys()];
    expect([...ours.map(([key]) => key), ...extras].sort()).toEqual(Object.keys(theirs).sort());
  });
});

test('every family that timm has is represented', () => {
  const families = (names: readonly string[]) => new Set(names.map((name) => familyOf(name as Config)));
  expect(families(REPRESENTATIVES)).toEqual(families(TIMM_RECIPES));
});
