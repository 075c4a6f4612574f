import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFileBytes, writeFileAtomic } from './files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'senet-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('readFileBytes', () => {
  test('gives a plain Uint8Array of the whole file', async () => {
    const path = join(folder, 'a.bin');
    await writeFile(path, Buffer.from([1, 2, 3]));
    const bytes = await readFileBytes(path);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(Buffer.isBuffer(bytes)).toBe(false);
  });

  test('names the nearest file of the folder', async () => {
    await writeFile(join(folder, 'model.safetensors'), '');
    await writeFile(join(folder, 'notes.txt'), '');
    const path = join(folder, 'modle.safetensor');
    await expect(readFileBytes(path)).rejects.toMatchObject({
      name: 'SenetError',
      code: 'FileUnreadable',
      path,
      problem: 'there is no such file',
      suggestions: ['model.safetensors'],
    });
  });

  test.each([
    ['a missing folder', ['missing', 'a.bin'], 'there is no such file'],
    ['a folder', [], 'this is a folder'],
    ['a file taken for a folder', ['file', 'a.bin'], 'a part of the path is no folder'],
  ])('refuses %s', async (_, names, problem) => {
    await writeFile(join(folder, 'file'), '');
    await expect(readFileBytes(join(folder, ...names))).rejects.toMatchObject({ code: 'FileUnreadable', problem });
  });
});

describe('writeFileAtomic', () => {
  async function* asynchronous(...chunks: Uint8Array[]) {
    for (const chunk of chunks) yield chunk;
  }

  test.each([
    ['bytes', Uint8Array.of(1, 2, 3)],
    ['chunks', [Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)]],
    ['asynchronous chunks', asynchronous(Uint8Array.of(1, 2), Uint8Array.of(3))],
  ])('writes %s, over an older and longer file', async (_, content) => {
    const path = join(folder, 'a.bin');
    await writeFile(path, 'an older and longer file');
    await writeFileAtomic(path, content);
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    expect(await readdir(folder)).toEqual(['a.bin']);
  });

  test('while it writes, the old file is whole', async () => {
    const path = join(folder, 'a.bin');
    await writeFile(path, 'old');
    const seen: string[] = [];
    async function* content() {
      yield Buffer.from('ne');
      seen.push(
        await readFile(path, 'utf8'),
        ...(await readdir(folder)).map((name) => name.replace(/\.[0-9a-f-]{36}\./, '.*.')),
      );
      yield Buffer.from('w');
    }
    await writeFileAtomic(path, content());
    expect(seen).toEqual(['old', '.a.bin.*.tmp', 'a.bin']);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test('content that fails half-way leaves the old file and nothing else, and its error comes through', async () => {
    const path = join(folder, 'a.bin');
    await writeFile(path, 'old');
    function* content() {
      yield Buffer.from('half');
      throw new RangeError('the disk of the sender failed');
    }
    await expect(writeFileAtomic(path, content())).rejects.toThrow(RangeError);
    expect(await readdir(folder)).toEqual(['a.bin']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  test('a target that is a folder is refused and nothing is left over', async () => {
    await mkdir(join(folder, 'target'));
    const path = join(folder, 'target');
    await expect(writeFileAtomic(path, new Uint8Array(3))).rejects.toMatchObject({
      code: 'FileUnreadable',
      path,
      problem: 'this is a folder',
      expected: 'a file that can be written',
    });
    expect(await readdir(folder)).toEqual(['target']);
  });

  test.each([
    ['missing', 'there is no such folder'],
    ['file', 'a part of the path is no folder'],
  ])('a path through %s is refused', async (name, problem) => {
    await writeFile(join(folder, 'file'), '');
    await expect(writeFileAtomic(join(folder, name, 'a.bin'), new Uint8Array(3))).rejects.toMatchObject({
      code: 'FileUnreadable',
      problem,
    });
  });

  test('many writers of one file: one of them wins, whole', async () => {
    const path = join(folder, 'a.bin');
    const contents = Array.from({ length: 8 }, (_, i) => [
      new Uint8Array(50_000).fill(i),
      new Uint8Array(50_000).fill(i),
    ]);
    await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
    const bytes = await readFile(path);
    expect(bytes.length).toBe(100_000);
    expect(new Set(bytes).size).toBe(1);
    expect(await readdir(folder)).toEqual(['a.bin']);
  });
});
