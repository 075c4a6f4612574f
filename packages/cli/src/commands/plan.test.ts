import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, Receipt } from '@senet/core/graph';
import { describe, expect, test } from 'vitest';
import { callSenet } from '../call.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-plan-'));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function plan(...words: string[]): Promise<Plan & { receipt: Receipt }> {
  const { code, stdout, stderr } = await callSenet('plan', ...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function error(...words: string[]) {
  const { code, stdout, stderr } = await callSenet('plan', ...words, '--json');
  expect(stderr).not.toBe('');
  return { code, error: JSON.parse(stdout).error };
}

describe('a recipe', () => {
  test('in figures', async () => {
    const { name, inputShape, params, macs, activationBytes, stages, attachments, receipt } = await plan('seresnet50');
    expect({ name, inputShape, params }).toEqual({
      name: 'seresnet50',
      inputShape: [224, 224, 3],
      params: { total: 28141144, trainable: 28088024, nonTrainable: 53120 },
    });
    const sum = (key: 'macs' | 'activationBytes') => stages.reduce((total, stage) => total + stage[key]!, 0);
    expect(sum('macs')).toBe(macs);
    expect(sum('activationBytes')).toBe(activationBytes);
    expect(stages.find((stage) => stage.name === 'layer4')).toMatchObject({ outputShape: [7, 7, 2048] });
    expect(attachments).toHaveLength(16);
    expect(attachments[15]).toEqual({
      type: 'se',
      site: 'branch',
      node: 'layer4.2.se',
      stage: 'layer4',
      channels: 2048,
      reduced: 128,
      params: 526464,
    });
    expect(receipt.params).toBe(2530992);
  });

  test('as a table, alike attachments on one line', async () => {
    const { stdout } = await callSenet('plan', 'seresnet50');
    expect(stdout).toContain('seresnet50, input 224×224×3');
    expect(stdout).toMatch(/^layer3 +14×14×1024 +98 +7,911,808 +1\.47 G +34\.8 MB$/m);
    expect(stdout).toMatch(/^se +branch +layer3 +layer3\.\{0-5\}\.se +1024 +64 +6 × 132,160$/m);
    expect(stdout).toContain('28,141,144 parameters: 28,088,024 trainable, 53,120 statistics');
  });

  test('without attachments', async () => {
    expect((await callSenet('plan', 'resnet18')).stdout).toContain('nothing is attached');
  });
});

describe('input shapes', () => {
  test('--size keeps the channels', async () => {
    const config = file('grey.json', { extends: 'resnet18', input: { shape: [224, 224, 1] } });
    expect((await plan(config, '--size', '96')).inputShape).toEqual([96, 96, 1]);
  });

  test('--input replaces all three', async () => {
    const { inputShape, macs } = await plan('resnet18', '--input', '64x96x4');
    expect(inputShape).toEqual([64, 96, 4]);
    expect(macs).toBeLessThan((await plan('resnet18')).macs!);
  });

  test('an open size has no MACs', async () => {
    const config = file('open.json', { extends: 'resnet18', input: { shape: [null, null, 3] } });
    expect(await plan(config)).toMatchObject({ inputShape: [null, null, 3], macs: null, activationBytes: null });
    expect((await callSenet('plan', config)).stdout).toMatch(/^layer1 +\?×\?×64 .* \? +\?$/m);
  });

  test.each([
    [['--size', '0']],
    [['--size', 'big']],
    [['--input', '224x224']],
    [['--input', '224x224x0']],
    [['--input', '64x64x3', '--size', '64']],
  ])('refuses %s', async (words) => {
    expect(await error('resnet18', ...words)).toMatchObject({ code: 2, error: { code: 'UsageInvalid' } });
  });

  test('a size too small for the network', async () => {
    const found = await error('inception_v3', '--size', '32');
    expect(found).toMatchObject({
      code: 1,
      error: { code: 'ShapeMismatch', expected: expect.stringContaining('at least') },
    });
  });
});

describe('config files', () => {
  test('with a schema, extending a file beside them', async () => {
    file('base/base.json', { extends: 'resnet18', head: { type: 'classifier', classes: 7 } });
    const config = file('base/mine.json', {
      $schema: './senet.schema.json',
      name: 'mine',
      extends: './base.json',
      attach: [{ type: 'eca' }],
    });
    const { name, stages, attachments } = await plan(config);
    expect(name).toBe('mine');
    expect(stages.at(-1)!.outputShape).toEqual([7]);
    expect(attachments.map(({ type }) => type)).toEqual(Array(8).fill('eca'));
  });

  test.each([
    ['no such file', 'none.json', 1, { code: 'ConfigNotFound' }],
    ['no JSON', file('bad.json', '{'), 1, { code: 'ConfigInvalid', path: expect.stringContaining('bad.json') }],
    [
      'an unknown site',
      file('site.json', { extends: 'resnet18', attach: [{ type: 'se', at: 'brnach' }] }),
      1,
      { code: 'UnknownSite', path: 'attach[0].at', suggestions: ['branch'] },
    ],
    [
      'an unknown attention',
      file('type.json', { extends: 'resnet18', attach: [{ type: 'sa' }] }),
      1,
      { code: 'UnknownName', path: 'attach[0].type' },
    ],
    [
      'an unknown recipe in extends',
      file('extends.json', { extends: 'resnet81' }),
      1,
      { code: 'UnknownName', path: 'extends', suggestions: expect.arrayContaining(['resnet18']) },
    ],
    ['a folder that holds no model', folder, 1, { code: 'FileInvalid', path: folder }],
  ])('%s', async (_, path, code, found) => {
    expect(await error(path)).toMatchObject({ code, error: found });
  });
});

test('a saved folder is planned from its config, and its weights are not read', async () => {
  const saved = join(folder, 'saved');
  await callSenet('assemble', 'mobilenetv3_small_050', '--out', saved);
  writeFileSync(join(saved, 'model.safetensors'), 'no weights');
  const { code, stdout } = await callSenet('plan', saved, '--json');
  expect(code).toBe(0);
  const recipe = await callSenet('plan', 'mobilenetv3_small_050', '--json');
  expect(JSON.parse(stdout)).toEqual(JSON.parse(recipe.stdout));
  expect((await callSenet('run', saved, join(saved, 'config.json'))).code).toBe(1);
});

describe('--format', () => {
  test.each([
    ['svg', /^<svg [^>]*>[\s\S]*<\/svg>\s*$/],
    ['mermaid', /^flowchart TB/m],
    ['html', /^<!doctype html>/i],
    ['md', /^# seresnet18/m],
  ])('%s', async (format, pattern) => {
    const { code, stdout } = await callSenet('plan', 'seresnet18', '--format', format);
    expect(code).toBe(0);
    expect(stdout).toMatch(pattern);
    expect(stdout).toContain('layer4');
  });

  test('into a file, and not beside JSON', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'senet-plan-')), 'plan.svg');
    const { stdout } = await callSenet('plan', 'seresnet18', '--format', 'svg', '--out', file);
    expect(stdout.trim()).toBe(`written: ${file}`);
    const { stdout: direct } = await callSenet('plan', 'seresnet18', '--format', 'svg');
    expect(readFileSync(file, 'utf8').trim()).toBe(direct.trim());
    expect((await callSenet('plan', 'seresnet18', '--format', 'svg', '--json')).code).toBe(2);
    expect((await callSenet('plan', 'seresnet18', '--out', file)).code).toBe(2);
    expect((await callSenet('plan', 'seresnet18', '--format', 'png')).code).toBe(2);
  });
});
