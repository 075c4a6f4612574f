import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAssembler } from '@senet/core';
import { Container } from 'inversify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';
import { TOKENS } from '../registry/tokens.js';
import { fileConfigSource, readConfigFile } from './files.js';

const FILES: Record<string, object | string> = {
  'project/base.json': { extends: 'tiny', backbone: { width: 8 } },
  'project/configs/mine.json': { extends: '../base.json', attach: [{ type: 'gate' }] },
  'project/configs/deep/er.json': { extends: '../mine.json', name: 'er' },
  'project/configs/escape.json': { extends: '../../outside.json' },
  'project/circle/one.json': { extends: './two.json' },
  'project/circle/two.json': { extends: './one.json' },
  'project/broken.json': '{ "backbone": ',
  'project/bom.json': '\uFEFF{ "backbone": "tiny" }',
  'project/list.json': '[]',
  'outside.json': { backbone: 'tiny' },
};

let root: string;
const at = (path: string) => join(root, path);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'senet-files-'));
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(join(at(path), '..'), { recursive: true });
    writeFileSync(at(path), typeof content === 'string' ? content : JSON.stringify(content));
  }
});
afterAll(() => rmSync(root, { recursive: true }));

function assemble(path: string) {
  const container = new Container();
  container.bind(TOKENS.ConfigSource).toConstantValue(fileConfigSource(at('project')));
  const assembler = createAssembler(tinyAttentions, tinyBackbones, { container });
  const { config, location } = readConfigFile(at(path));
  return assembler.assemble(config as never, { location });
}

describe('configs from files', () => {
  test('extend each other by paths relative to each file', () => {
    const net = assemble('project/configs/deep/er.json');
    expect(net.name).toBe('er');
    expect(net.config.backbone.options.width).toBe(8);
    expect(net.receipt.attachments).toHaveLength(3);
  });

  test('in a circle are an error that names them', () => {
    expect(() => assemble('project/circle/one.json')).toThrowError(
      expect.objectContaining({
        code: 'ConfigCycle',
        message: expect.stringMatching(/two\.json → .*one\.json → .*two\.json/),
      }),
    );
  });

  test('a byte order mark does no harm', () => {
    expect(assemble('project/bom.json').name).toBe('tiny');
  });

  test.each([
    ['project/broken.json', 'ConfigInvalid'],
    ['project/list.json', 'ConfigInvalid'],
    ['project/none.json', 'ConfigNotFound'],
    ['project', 'ConfigNotFound'],
  ])('%s: %s', (path, code) => {
    expect(() => assemble(path)).toThrowError(expect.objectContaining({ name: 'SenetError', code }));
  });
});

describe('paths', () => {
  const load = (reference: string, from: string | undefined = at('project/configs/mine.json')) =>
    fileConfigSource(at('project')).load(reference, from);
  const refused = expect.objectContaining({ code: 'ConfigPathNotAllowed', path: 'extends' });

  test.each([
    '../../outside.json',
    './../../outside.json',
    'x/../../../outside.json',
    '/etc/passwd',
    'file:///etc/passwd',
    'http://127.0.0.1/x.json',
    '../base.json\0.png',
  ])('%j leaves the project', (reference) => expect(() => load(reference)).toThrowError(refused));

  test('an absolute one is refused even within the project', () => {
    expect(() => load(at('project/base.json'))).toThrowError(refused);
  });

  test('names that begin with dots are names', () => {
    expect(() => load('../..base.json')).toThrowError(expect.objectContaining({ code: 'ConfigNotFound' }));
  });

  test('a config that stands outside of the root may use its own folder, and no more', () => {
    expect(load('./outside.json', at('other.json')).location).toBe(at('outside.json'));
    expect(() => load('../x.json', at('other.json'))).toThrowError(refused);
  });

  test('a config that came from no file has no relative paths', () => {
    const source = fileConfigSource(at('project'));
    expect(() => source.load('./base.json', undefined)).toThrowError(
      expect.objectContaining({ code: 'ConfigNotFound', path: 'extends' }),
    );
  });

  test('without a source only recipes can be extended', () => {
    const assembler = createAssembler(tinyAttentions, tinyBackbones);
    expect(() => assembler.assemble({ extends: './base.json' })).toThrowError(
      expect.objectContaining({
        code: 'ConfigNotFound',
        message: expect.stringContaining('files cannot be read here'),
      }),
    );
  });
});
