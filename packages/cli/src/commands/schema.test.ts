import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSenetAssembler } from '../assembler.js';
import { callSenet } from '../call.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-schema-'));

test('prints the schema of what is registered', async () => {
  const { code, stdout, stderr } = await callSenet('schema');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(createSenetAssembler().jsonSchema());
});

test('--out writes it to a file', async () => {
  const file = join(folder, 'senet.schema.json');
  const { code, stdout } = await callSenet('schema', '--out', file, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ file });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(createSenetAssembler().jsonSchema());
});

test('a folder that is not there', async () => {
  const { code, stderr } = await callSenet('schema', '--out', join(folder, 'no', 'schema.json'));
  expect(code).toBe(1);
  expect(stderr).toContain('there is no such folder');
});
