/** What the documents say to type works: their programs, configs and commands, and the output they promise. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backbones } from '@senet/backbones';
import { type Assembler, createAssembler } from '@senet/core';
import { attentions } from '@senet/se';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'senet-documents-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const DOCUMENTS = ['.', 'examples', 'packages'].flatMap((folder) =>
  documentsIn(folder).concat(
    folder === '.' ? [] : readdirSync(join(root, folder)).flatMap((name) => documentsIn(join(folder, name))),
  ),
);

beforeAll(() => {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  const { status, stdout } = node(['node_modules/typescript/bin/tsc', '-b', ...packages]);
  expect(status, stdout).toBe(0);
});

describe.each(DOCUMENTS)('%s', (document) => {
  const text = readFileSync(join(root, document), 'utf8');

  test.each(blocks(text, 'js').map((code, i) => [i + 1, code] as const))('program %i', (_, code) => {
    const { status, stdout, stderr } = node(['--input-type=module', '-e', elsewhere(code)]);
    expect(status, stderr).toBe(0);
    for (const [, promised] of code.matchAll(/^console\.log\(.*\); \/\/ (.+)$/gm))
      expect(stdout.split('\n')).toContain(promised);
  });

  test.each(blocks(text, 'json').map((config, i) => [i + 1, config] as const))('config %i', (_, config) => {
    const assembler: Assembler = createAssembler(attentions, backbones);
    expect(assembler.assemble(JSON.parse(config)).receipt.attachments.length).toBeGreaterThan(0);
  });

  test.each(commands(text))('%s', (command) => {
    const args = command.split(/\s+/);
    const { status, stdout, stderr } = node(['packages/cli/bin/senet.js', ...args.map(elsewhere)]);
    expect(status, stderr).toBe(0);
    if (args.includes('--json')) expect(() => JSON.parse(stdout)).not.toThrow();
  });

  test('links lead to files', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([]);
  });
});

test('every package has one', () => {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`);
  expect(DOCUMENTS).toEqual(expect.arrayContaining(packages));
});

function documentsIn(folder: string): string[] {
  if (!statSync(join(root, folder)).isDirectory()) return [];
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) => code!);
}

/** What follows `npm run senet --`: later commands read what earlier ones wrote. */
function commands(text: string): string[] {
  const lines = blocks(text, 'sh').flatMap((block) => block.split('\n'));
  return lines.flatMap((line) => /^npm run (?:--silent )?senet -- ([^#]+)/.exec(line)?.[1]?.trim() ?? []);
}

/** The documents write to out/; a test leaves the reader's own alone. */
function elsewhere(code: string): string {
  return code.replaceAll(/\bout\//g, `${scratch}/`);
}

function node(args: string[]) {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
}
