import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { gitSha1, HubServer, type Seen, sha256 } from '../../../../test/support/hub-server.js';
import { type CachedDownloadOptions, hubRepository } from './hub-repository.js';
import { parseHubName } from './name.js';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
const config = new TextEncoder().encode('{"architecture":"resnet18"}');
const weights = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 2654435761) >>> 24);
const newer = weights.map((byte) => byte ^ 1);
const FILE = 'model.safetensors';

let server: HubServer;
let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'senet-hub-'));
  for (const name of ['HF_TOKEN', 'HF_ENDPOINT', 'HF_HUB_OFFLINE', 'HF_HUB_CACHE']) vi.stubEnv(name, undefined);
  vi.stubEnv('HF_HOME', join(cacheDir, 'home'));
  server = await HubServer.start({
    'owner/net': {
      refs: { main: NEW, 'v1.0': OLD },
      commits: { [OLD]: { 'config.json': config, [FILE]: weights }, [NEW]: { 'config.json': config, [FILE]: newer } },
    },
    'owner/gated': { refs: { main: OLD }, commits: { [OLD]: { [FILE]: weights } }, token: 'secret', gated: true },
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(cacheDir, { recursive: true });
});

const open = (name: string, options: CachedDownloadOptions = {}) =>
  hubRepository(parseHubName(name, options.revision), { endpoint: server.url, cacheDir, ...options });
const find = async (name: string, file: string, options?: CachedDownloadOptions) =>
  (await open(name, options)).find(file);
const same = (found: Uint8Array | undefined, bytes: Uint8Array) =>
  found !== undefined && Buffer.compare(found, bytes) === 0;
const atStore = ({ host, method }: Seen) => host === 'cdn' && method === 'GET';
const folder = (...parts: string[]) => join(cacheDir, 'models--owner--net', ...parts);
const blobs = () => readdir(folder('blobs'));

describe('a download', () => {
  test('gives the bytes, with progress, and leaves the layout of huggingface_hub', async () => {
    const seen: [number, number | undefined, string][] = [];
    const repository = await open('hf:owner/net', { onProgress: (...step) => seen.push(step) });
    expect(same(await repository.find(FILE), newer)).toBe(true);
    expect(seen.at(-1)).toEqual([newer.length, newer.length, FILE]);
    expect(seen.every(([loaded], i) => i === 0 || loaded > seen[i - 1]![0])).toBe(true);
    expect(repository.source).toEqual({ from: 'hub', repo: 'owner/net', commit: NEW });
    expect(await readFile(folder('refs', 'main'), 'utf8')).toBe(NEW);
    expect(await readlink(folder('snapshots', NEW, FILE))).toBe(join('..', '..', 'blobs', sha256(newer)));
    expect(await blobs()).toEqual([sha256(newer)]);
  });

  test('of a small file, whose etag is git’s', async () => {
    expect(same(await find('hf:owner/net', 'config.json'), config)).toBe(true);
    expect(await blobs()).toEqual([gitSha1(config)]);
  });

  test('happens once; a commit that is known needs no server at all', async () => {
    await find('hf:owner/net', FILE);
    await find('hf:owner/net', FILE);
    expect(server.downloads).toHaveLength(1);
    const before = server.requests.length;
    expect(same(await find(`hf:owner/net@${NEW}`, FILE), newer)).toBe(true);
    expect(server.requests).toHaveLength(before);
  });

  test('by branch, tag and commit', async () => {
    for (const name of ['hf:owner/net@v1.0', `hf:owner/net@${OLD}`]) {
      expect(same(await find(name, FILE), weights)).toBe(true);
    }
    expect(same(await find('hf:owner/net', FILE, { revision: 'v1.0' }), weights)).toBe(true);
    expect(server.downloads).toHaveLength(1);
  });

  test('remembers which files a commit does not have', async () => {
    expect(await find(`hf:owner/net@${OLD}`, 'pytorch_model.bin')).toBeUndefined();
    const before = server.requests.length;
    expect(await find(`hf:owner/net@${OLD}`, 'pytorch_model.bin')).toBeUndefined();
    expect(server.requests).toHaveLength(before);
    expect(await readdir(folder('.no_exist', OLD))).toEqual(['pytorch_model.bin']);
  });

  test('does not remember what only the server does not find', async () => {
    const atFile = ({ path }: Seen) => path.endsWith(FILE);
    server.faults.push({ when: atFile, status: 404 });
    expect(await find(`hf:owner/net@${OLD}`, FILE)).toBeUndefined();
    expect(same(await find(`hf:owner/net@${OLD}`, FILE), weights)).toBe(true);
  });

  test('keeps the token from the store', async () => {
    await find('hf:owner/gated', FILE, { token: 'secret' });
    for (const { host, headers } of server.requests) {
      expect(headers.authorization, host).toBe(host === 'hub' ? 'Bearer secret' : undefined);
    }
    expect(server.requests.map(({ host }) => host)).toContain('cdn');
  });

  test('takes address, token and cache from the environment', async () => {
    vi.stubEnv('HF_ENDPOINT', `${server.url}/`);
    vi.stubEnv('HF_TOKEN', 'secret');
    vi.stubEnv('HF_HUB_CACHE', join(cacheDir, 'elsewhere'));
    const repository = await hubRepository(parseHubName('hf:owner/gated'), {});
    expect(same(await repository.find(FILE), weights)).toBe(true);
    expect(await readdir(join(cacheDir, 'elsewhere'))).toEqual(['models--owner--gated']);
  });
});

describe('what breaks', () => {
  test('goes on where it broke off', async () => {
    server.faults.push({ when: atStore, dropAfter: 100_000 });
    const loaded: number[] = [];
    expect(same(await find('hf:owner/net', FILE, { onProgress: (bytes) => loaded.push(bytes) }), newer)).toBe(true);
    const [first, second, ...more] = server.requests.filter(atStore);
    expect(first?.headers.range).toBeUndefined();
    expect(second?.headers).toMatchObject({ range: 'bytes=100000-', 'if-range': `"store-${newer.length}"` });
    expect(second?.status).toBe(206);
    expect(more).toEqual([]);
    expect(loaded.every((bytes, i) => i === 0 || bytes > loaded[i - 1]!)).toBe(true);
  });

  test('starts afresh where the content has another etag by then', async () => {
    server.faults.push({ when: atStore, dropAfter: 100_000, etag: 'before', content: weights });
    expect(same(await find('hf:owner/net', FILE), newer)).toBe(true);
    const [, second] = server.requests.filter(atStore);
    expect(second?.headers['if-range']).toBe('"before"');
    expect(second?.status).toBe(200);
  });

  test('starts afresh where the server knows no ranges', async () => {
    server.faults.push({ when: atStore, dropAfter: 100_000 }, { when: atStore, whole: true });
    expect(same(await find('hf:owner/net', FILE), newer)).toBe(true);
  });

  test('goes on in the next call, and mends what was joined wrong', async () => {
    for (const content of [newer, weights]) {
      server.faults.push({ when: atStore, dropAfter: 50_000, content }, { when: atStore, times: 4, status: 503 });
      await expect(find('hf:owner/net', FILE)).rejects.toMatchObject({ code: 'FileUnreadable' });
      expect((await blobs()).map((name) => name.endsWith('.incomplete'))).toEqual([true]);
      server.requests.length = 0;
      expect(same(await find('hf:owner/net', FILE), newer)).toBe(true);
      const ranges = server.requests.filter(atStore).map(({ headers }) => headers.range);
      expect(ranges).toEqual(content === newer ? ['bytes=50000-'] : ['bytes=50000-', undefined]);
      expect(await blobs()).toEqual([sha256(newer)]);
      await rm(folder(), { recursive: true });
    }
  });

  test('tries again where the server fails, not where it refuses', async () => {
    server.faults.push({ when: () => true, times: 2, status: 503 });
    expect(same(await find('hf:owner/net', FILE), newer)).toBe(true);
    server.requests.length = 0;
    await expect(find('hf:owner/none', FILE, { token: 'secret' })).rejects.toMatchObject({ code: 'FileUnreadable' });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['other bytes', newer.map((byte) => byte ^ 2)],
    ['too few', newer.subarray(0, 1000)],
    ['too many', Uint8Array.from([...newer, 1])],
  ])('refuses %s than were announced, and keeps none', async (_, content) => {
    server.faults.push({ when: atStore, content });
    await expect(find('hf:owner/net', FILE)).rejects.toMatchObject({ code: 'FileInvalid' });
    expect(await blobs()).toEqual([]);
    expect(server.downloads).toHaveLength(1);
    expect(same(await find('hf:owner/net', FILE), newer)).toBe(true);
  });

  test('refuses a small file that its SHA-1 does not name', async () => {
    const content = config.map((byte) => (byte === 0x38 ? 0x39 : byte));
    server.faults.push({ when: ({ method, path }) => method === 'GET' && path.endsWith('.json'), content });
    await expect(find('hf:owner/net', 'config.json')).rejects.toMatchObject({ code: 'FileInvalid' });
    expect(await blobs()).toEqual([]);
  });

  test('stops where the signal says so, and goes on later', async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const options = { signal: controller.signal, onProgress };
    await expect(find('hf:owner/net', FILE, options)).rejects.toMatchObject({ code: 'Aborted' });
    expect(await blobs()).toHaveLength(1);
    expect(same(await find('hf:owner/net', FILE), newer)).toBe(true);
    expect(server.requests.filter(atStore).at(-1)?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    const tired = { signal: AbortSignal.timeout(50) };
    server.faults.push({ when: () => true, times: 9, status: 503 });
    await expect(find('hf:owner/net@v1.0', FILE, tired)).rejects.toMatchObject({ code: 'Aborted' });
  });
});

describe('several at once', () => {
  test('do not disturb each other', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => find('hf:owner/net', FILE)));
    expect(all.every((found) => same(found, newer))).toBe(true);
    expect(await blobs()).toEqual([sha256(newer)]);
  });

  test('leave a living process its partial file, and take over a dead one’s', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => dead.once('exit', resolve));
    const host = hostname().replaceAll(/[^\w-]/g, '-');
    const partial = (pid: number) => `${sha256(newer)}.${host}-${pid}-0.0123abcd.incomplete`;
    await mkdir(folder('blobs'), { recursive: true });
    const alive = process.ppid;
    for (const pid of [dead.pid!, alive]) {
      await writeFile(folder('blobs', partial(pid)), newer.subarray(0, pid === alive ? 10 : 20_000));
    }
    expect(same(await find('hf:owner/net', FILE), newer)).toBe(true);
    expect(server.requests.filter(atStore).map(({ headers }) => headers.range)).toEqual(['bytes=20000-']);
    expect((await blobs()).sort()).toEqual([sha256(newer), partial(alive)].sort());
  });
});

describe('without the server', () => {
  test('takes what is in the cache, offline or when nothing answers', async () => {
    await find('hf:owner/net', FILE);
    const requests = server.requests.length;
    expect(same(await find('hf:owner/net', FILE, { offline: true }), newer)).toBe(true);
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect(same(await find(`hf:owner/net@${NEW}`, FILE), newer)).toBe(true);
    expect(server.requests).toHaveLength(requests);
    vi.stubEnv('HF_HUB_OFFLINE', '0');
    let tries = 0;
    const unplugged = async () => {
      tries++;
      throw new TypeError('fetch failed');
    };
    expect(same(await find('hf:owner/net', FILE, { fetch: unplugged }), newer)).toBe(true);
    expect(tries).toBe(1);
  });

  test('says what the cache lacks', async () => {
    const repository = await open('hf:owner/net', { offline: true });
    expect(await repository.find(FILE)).toBeUndefined();
    expect(repository.missing([FILE])).toMatchObject({
      code: 'FileUnreadable',
      path: 'hf:owner/net',
      message: expect.stringMatching(/model\.safetensors of revision main.*HF_HUB_OFFLINE/),
    });
    expect(server.requests).toEqual([]);
  });

  test('finds what huggingface_hub has put there', async () => {
    await mkdir(folder('blobs'), { recursive: true });
    await mkdir(folder('refs'));
    await mkdir(folder('snapshots', OLD), { recursive: true });
    await writeFile(folder('refs', 'main'), OLD);
    await writeFile(folder('blobs', sha256(weights)), weights);
    await symlink(`../../blobs/${sha256(weights)}`, folder('snapshots', OLD, FILE));
    expect(same(await find('hf:owner/net', FILE, { offline: true }), weights)).toBe(true);
  });
});

describe('refusals', () => {
  test.each([
    ['hf:owner/gated', {}, /gated.*token/],
    ['hf:owner/gated', { token: 'wrong' }, /gated.*token/],
    ['hf:owner/none', {}, /no such repository, or it needs a token/],
    ['hf:owner/none', { token: 'secret' }, /no such repository.*tried http.*owner\/none/],
    ['hf:owner/net@v9', {}, /no revision 'v9'/],
  ])('%s %o', async (name, options, message) => {
    const failed = expect(find(name, FILE, options)).rejects;
    await failed.toMatchObject({ code: 'FileUnreadable', message: expect.stringMatching(message) });
  });

  test('a commit that does not exist', async () => {
    await expect(find(`hf:owner/net@${'c'.repeat(40)}`, FILE)).rejects.toMatchObject({
      message: expect.stringMatching(/no revision 'cccc/),
    });
  });

  test('an address that is no hub', async () => {
    for (const body of ['<html>', '{"_id": "0"}']) {
      const answers = async () => new Response(body);
      await expect(find('hf:owner/net', FILE, { fetch: answers })).rejects.toMatchObject({
        code: 'FileUnreadable',
        expected: expect.stringMatching(/HF_ENDPOINT/),
      });
    }
  });

  test('a cache that cannot be written', async () => {
    await writeFile(join(cacheDir, 'models--owner--net'), '');
    await expect(find(`hf:owner/net@${OLD}`, FILE)).rejects.toMatchObject({
      code: 'FileUnreadable',
      expected: expect.stringMatching(/cacheDir/),
    });
  });
});

describe('names', () => {
  test('have an owner, a repository and a revision', () => {
    expect(parseHubName('hf:timm/seresnet50.a1_in1k')).toEqual({ repo: 'timm/seresnet50.a1_in1k', revision: 'main' });
    expect(parseHubName('hf-hub:timm/resnet18@refs/pr/1')).toEqual({ repo: 'timm/resnet18', revision: 'refs/pr/1' });
    expect(parseHubName('hf:gpt2', 'v1')).toEqual({ repo: 'gpt2', revision: 'v1' });
  });

  test.each([
    'hf:',
    'hf:/x',
    'hf:a/b/c',
    'hf:a/../b',
    'hf:a/b--c',
    'hf:a/b@x@y',
    'hf:a/b@../x',
    'hf:a/b@/etc',
    'hf:a/b@',
    'hf:a b/c',
    `hf:a/${'b'.repeat(100)}`,
  ])('%s is none', (name) => {
    expect(() => parseHubName(name)).toThrow(expect.objectContaining({ code: 'InputInvalid' }));
  });

  test('say one revision, not two', () => {
    expect(() => parseHubName('hf:a/b@v1', 'v2')).toThrow(expect.objectContaining({ code: 'InputInvalid' }));
  });
});
