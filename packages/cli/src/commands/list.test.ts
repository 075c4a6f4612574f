import { describe, expect, test } from 'vitest';
import { createSenetAssembler } from '../assembler.js';
import { callSenet } from '../call.js';
import { KINDS } from '../listings.js';

const { registries } = createSenetAssembler();

async function list(...words: string[]) {
  const { code, stdout, stderr } = await callSenet('list', ...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('list', () => {
  test('all kinds by default, one where it is named', async () => {
    const all = await list();
    expect(Object.keys(all)).toEqual(KINDS);
    for (const kind of KINDS) expect(await list(kind)).toEqual({ [kind]: all[kind] });
  });

  test('has everything that is registered', async () => {
    const { attentions, backbones, recipes, sites } = await list();
    expect(attentions.map(({ type }: { type: string }) => type)).toEqual(registries.attentions.names());
    expect(backbones.map(({ type }: { type: string }) => type)).toEqual(registries.backbones.names());
    expect(sites.map(({ backbone }: { backbone: string }) => backbone)).toEqual(registries.backbones.names());
    expect(recipes.map(({ name }: { name: string }) => name)).toEqual(registries.recipes.names());
  });

  test('sites by backbone, with default and aliases', async () => {
    const { sites } = await list('sites');
    const of = (name: string) => sites.find(({ backbone }: { backbone: string }) => backbone === name).units;
    expect(of('resnet18')).toMatchObject([{ unit: 'basic', default: 'branch', aliases: {} }]);
    expect(of('resnet50')).toMatchObject([{ unit: 'bottleneck', default: 'branch' }]);
    expect(of('inception_v3')[0]).toMatchObject({ default: 'output', aliases: { branch: 'output' } });
    expect(of('mobilenetv3_small')[0]).toMatchObject({ unit: 'inverted-residual', default: 'hidden' });
  });

  test('as text', async () => {
    const { stdout } = await callSenet('list');
    for (const kind of KINDS) expect(stdout).toMatch(new RegExp(`^${kind} \\(\\d+\\)$`, 'm'));
    expect(stdout).toMatch(/^seresnet50 +resnet50 \+ se +yes$/m);
    expect(stdout).toMatch(/^resnet18 +basic +input, hidden, hidden-preact, branch \(default\), shortcut, output$/m);
  });

  test('only what a pattern matches', async () => {
    const names = registries.recipes.names().filter((name) => name.startsWith('mobilenetv3'));
    expect(
      (await list('recipes', '--filter', 'mobilenetv3*')).recipes.map(({ name }: { name: string }) => name),
    ).toEqual(names);
    const all = await list('--filter', '{se,hard*}');
    expect(all.attentions.map(({ type }: { type: string }) => type)).toEqual(['se']);
    expect(all.recipes).toEqual([]);
  });

  test('an unknown kind', async () => {
    const { code, stderr } = await callSenet('list', 'sits');
    expect(code).toBe(2);
    expect(stderr).toContain("did you mean 'sites'");
  });
});
