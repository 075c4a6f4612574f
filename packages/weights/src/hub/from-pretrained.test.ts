import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import type { State } from '@senet/core/graph';
import { attentions } from '@senet/se';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sameBits } from '../../../../test/support/bits.js';
import { HubServer } from '../../../../test/support/hub-server.js';
import { saveFolder } from '../folder/save-folder.js';
import { fromPretrained as overHttp, readSafetensors, writeSafetensors } from '../index.js';
import { loadWeights } from '../load.js';
import { fromPretrained } from '../node.js';
import { saveWeights } from '../save.js';

const assembler = createAssembler(attentions, backbones);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../../test/goldens/hub/${name}.json`, import.meta.url)));
const text = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** What timm saved, with weights that fit. */
const config = bytesOf('mobilenetv2_050.three');
const net = assembler.assemble({ extends: 'mobilenetv2_050', head: { type: 'classifier', classes: 3 } });
const weights = saveWeights(net, net.initialState(1), { dtype: 'F16' });
const expected = loadWeights(net, weights);
const sameState = (state: State) => [...expected].every(([key, values]) => sameBits(state.get(key), values));

let server: HubServer;
let root: string;
let options: { endpoint: string; cacheDir: string };
const own: Record<string, Uint8Array> = {};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'senet-pretrained-'));
  await saveFolder(assembler, net, expected, join(root, 'own'));
  for (const file of ['config.json', 'model.safetensors']) {
    own[file] = new Uint8Array(readFileSync(join(root, 'own', file)));
  }
  await mkdir(join(root, 'timm'));
  await writeFile(join(root, 'timm', 'config.json'), config);
  await writeFile(join(root, 'timm', 'pytorch_model.bin'), weights);
  await writeFile(join(root, 'alone.safetensors'), weights);
});
afterAll(() => rm(root, { recursive: true }));

beforeEach(async () => {
  for (const name of ['HF_TOKEN', 'HF_ENDPOINT', 'HF_HUB_OFFLINE']) vi.stubEnv(name, undefined);
  vi.stubEnv('HF_HOME', join(root, 'home'));
  const at = (files: Record<string, Uint8Array>) => ({ refs: { main: COMMIT }, commits: { [COMMIT]: files } });
  server = await HubServer.start({
    'timm/mobilenetv2_050.three': at({ 'config.json': config, 'model.safetensors': weights }),
    'timm/older': at({ 'config.json': config, 'pytorch_model.bin': weights }),
    'timm/unknown': at({ 'config.json': text({ architecture: 'vit_base_patch16_224.augreg' }) }),
    'me/own': at(own),
    'me/broken': at({ 'config.json': text('{"architecture": '), 'model.safetensors': weights }),
    'me/bare': at({ 'model.safetensors': weights }),
    'me/empty': at({ 'config.json': config }),
  });
  options = { endpoint: server.url, cacheDir: join(root, 'cache') };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(join(root, 'cache'), { recursive: true, force: true });
});

describe.each([
  ['with a cache', fromPretrained],
  ['without Node', overHttp],
])('from the hub, %s', (_, open) => {
  test('what timm saved', async () => {
    const progress = vi.fn();
    const { assembly, state, source } = await open(assembler, 'hf:timm/mobilenetv2_050.three@main', {
      ...options,
      onProgress: progress,
    });
    expect(assembly.name).toBe('mobilenetv2_050');
    expect(assembly.config.input).toMatchObject({ shape: [224, 224, 3], cropPct: 0.875, interpolation: 'bicubic' });
    expect(sameState(state)).toBe(true);
    expect(source).toMatchObject({ from: 'hub', repo: 'timm/mobilenetv2_050.three' });
    expect(source.weights).toMatch(/model\.safetensors$/);
    expect(progress).toHaveBeenLastCalledWith(weights.length, weights.length, 'model.safetensors');
  });

  test('what torch pickled, where nothing else is', async () => {
    const { state, source } = await open(assembler, 'hf:timm/older', options);
    expect(sameState(state)).toBe(true);
    expect(source.weights).toMatch(/pytorch_model\.bin$/);
  });

  test('what this library saved, hash and all', async () => {
    const { assembly, state } = await open(assembler, 'hf:me/own', { ...options, inputShape: [96, 96, 3] });
    expect(assembly.plan.inputShape).toEqual([96, 96, 3]);
    expect(sameState(state)).toBe(true);
  });

  test('into another network, with what the options say', async () => {
    const model = { extends: 'mobilenetv2_050', head: { type: 'classifier', classes: 5 } };
    const { assembly, state } = await open(assembler, 'hf:me/bare', { ...options, model, adapt: ['head'] });
    const key = 'blocks.0.0.conv_dw.weight';
    expect(sameBits(state.get(key), expected.get(key)!)).toBe(true);
    expect(assembly.plan.params.total).toBeGreaterThan(net.plan.params.total);
    await expect(open(assembler, 'hf:me/bare', { ...options, model })).rejects.toMatchObject({
      code: 'WeightsMismatch',
    });
  });

  test.each([
    ['hf:timm/unknown', 'UnknownName', /vit_base_patch16_224/],
    ['hf:me/broken', 'FileInvalid', /config\.json.*no JSON/],
    ['hf:me/bare', 'FileUnreadable', /no config\.json/],
    ['hf:me/empty', 'FileUnreadable', /no model\.safetensors and no pytorch_model\.bin/],
    ['hf:me/none', 'FileUnreadable', /token/],
    ['hf:me', 'FileUnreadable', /token/],
    ['hf:me/own@..', 'InputInvalid', /revision/],
  ])('%s is a %s', async (name, code, message) => {
    const failed = expect(open(assembler, name, options)).rejects;
    await failed.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(server.downloads.filter(({ path }) => path.endsWith('model.safetensors'))).toEqual([]);
  });

  test('with a signal that has gone', async () => {
    const signal = AbortSignal.abort();
    await expect(open(assembler, 'hf:me/own', { ...options, signal })).rejects.toMatchObject({ code: 'Aborted' });
  });
});

describe('from the hub, with a cache', () => {
  test('all from one commit, though the branch moves meanwhile', async () => {
    const repo = server.repos['timm/mobilenetv2_050.three']!;
    const onProgress = () => {
      repo.refs.main = 'f'.repeat(40);
    };
    const { source } = await fromPretrained(assembler, 'hf:timm/mobilenetv2_050.three', { ...options, onProgress });
    expect(source.commit).toBe(COMMIT);
    expect(server.downloads.map(({ path }) => path).every((path) => path.includes(COMMIT))).toBe(true);
  });

  test('offline, and what is missing then', async () => {
    await fromPretrained(assembler, 'hf:me/own', options);
    const before = server.requests.length;
    expect(sameState((await fromPretrained(assembler, 'hf:me/own', { ...options, offline: true })).state)).toBe(true);
    vi.stubEnv('HF_HUB_OFFLINE', 'yes');
    await expect(fromPretrained(assembler, 'hf:timm/older', options)).rejects.toMatchObject({
      code: 'FileUnreadable',
      message: expect.stringMatching(/no config\.json of revision main.*models--timm--older/),
    });
    expect(server.requests).toHaveLength(before);
  });

  test('needs a package, and says which', async () => {
    vi.doMock('@huggingface/hub', () => {
      throw new Error('not installed');
    });
    const failed = expect(fromPretrained(assembler, 'hf:me/own', options)).rejects;
    await failed.toMatchObject({ code: 'MissingPart', expected: expect.stringMatching(/npm i @huggingface\/hub/) });
    vi.doUnmock('@huggingface/hub');
  });
});

describe('from a disk', () => {
  test('a folder of this library or of timm', async () => {
    for (const folder of ['own', 'timm']) {
      const { assembly, state, source } = await fromPretrained(assembler, join(root, folder));
      expect(assembly.graph).toEqual(net.graph);
      expect(sameState(state)).toBe(true);
      expect(source).toMatchObject({ from: 'folder' });
    }
  });

  test('a file, into the network that the options say', async () => {
    const file = join(root, 'alone.safetensors');
    const { state, source } = await fromPretrained(assembler, file, { model: net.toJSON() as never });
    expect(sameState(state)).toBe(true);
    expect(source).toEqual({ from: 'file', weights: file, dialect: 'timm' });
  });

  test('a file that its keys and shapes tell, and one that they leave open', async () => {
    const { assembly, state } = await fromPretrained(assembler, join(root, 'alone.safetensors'));
    expect(assembly.name).toBe('mobilenetv2_050');
    expect(sameState(state)).toBe(true);
    const twin = assembler.assemble('mobilenetv3_small_100');
    const file = join(root, 'twin.safetensors');
    const { tensors } = readSafetensors(saveWeights(twin, twin.initialState(0), { dtype: 'F16' }));
    await writeFile(file, writeSafetensors({ tensors }));
    await expect(fromPretrained(assembler, file)).rejects.toMatchObject({
      code: 'DialectMismatch',
      path: file,
      suggestions: expect.arrayContaining(['mobilenetv3_small_100', 'tf_mobilenetv3_small_100']),
    });
  });

  test('nothing, with what the name might be', async () => {
    await expect(fromPretrained(assembler, 'timm/resnet18.a1_in1k')).rejects.toMatchObject({
      code: 'FileUnreadable',
      suggestions: ['hf:timm/resnet18.a1_in1k'],
    });
    await expect(fromPretrained(assembler, root)).rejects.toMatchObject({ message: expect.stringMatching(/config/) });
  });
});

describe.each([
  ['with Node', fromPretrained],
  ['without', overHttp],
])('from an address, %s', (_, open) => {
  test('a folder, or a file of weights', async () => {
    const base = `${server.url}/timm/mobilenetv2_050.three/resolve/main`;
    expect(sameState((await open(assembler, `${base}/`)).state)).toBe(true);
    const { state, source } = await open(assembler, `${base}/model.safetensors?x=1`, { model: net.toJSON() as never });
    expect(sameState(state)).toBe(true);
    expect(source.from).toBe('file');
    await expect(open(assembler, `${base}/other.safetensors`)).rejects.toMatchObject({ code: 'FileUnreadable' });
    await expect(open(assembler, `${server.url}/me/none/resolve/main`)).rejects.toMatchObject({
      code: 'FileUnreadable',
    });
  });
});
