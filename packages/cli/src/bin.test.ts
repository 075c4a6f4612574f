import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { callSenet } from './call.js';

const BIN = fileURLToPath(new URL('../bin/senet.js', import.meta.url));
const built = existsSync(fileURLToPath(new URL('../dist/main.js', import.meta.url)));

function senet(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

describe.skipIf(!built)('bin/senet.js (build first: `npm run build`)', () => {
  test('answers as in this process', async () => {
    for (const words of [
      ['plan', 'seresnet18'],
      ['list', '--json'],
      ['plan', 'seresnet18', '--sise', '3'],
    ]) {
      expect(senet(...words)).toEqual(await callSenet(...words));
    }
  });

  test('keeps an answer whole that is larger than a pipe', () => {
    const text = execFileSync('/bin/sh', [
      '-c',
      `"${process.execPath}" "${BIN}" plan senet154 --json | (sleep 0.3; cat)`,
    ]);
    expect(JSON.parse(text.toString()).attachments).toHaveLength(50);
  });

  test('ends quietly where its reader does', () => {
    const command = `"${process.execPath}" "${BIN}" plan senet154 --json | head -n 1`;
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '{\n', stderr: '' });
  });

  test('plans without loading TensorFlow.js', () => {
    const script = `
      import { register } from 'node:module';
      process.argv.splice(1, process.argv.length, 'senet', 'plan', 'seresnet50', '--json');
      const hook = 'export async function resolve(name, context, next) {' +
        ' if (name.startsWith("@tensorflow")) throw new Error("loads " + name); return next(name, context); }';
      register('data:text/javascript,' + encodeURIComponent(hook));
      await import(${JSON.stringify(BIN)});`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).params.total).toBe(28141144);
  });
});

test('says how to build it where it is not built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'senet-bin-'));
  cpSync(BIN, join(folder, 'bin', 'senet.mjs'));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin', 'senet.mjs')], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('npm run build');
});
