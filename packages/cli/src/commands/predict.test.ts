import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveFolder } from '@senet/weights/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSenetAssembler, type SenetConfig } from '../assembler.js';
import { callSenet } from '../call.js';
import type { Prediction } from './predict.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-predict-'));
const path = (...names: string[]) => join(folder, ...names);
const golden = (name: string) => fileURLToPath(new URL(`../../../../test/goldens/${name}`, import.meta.url));

const TINY = {
  input: { shape: [32, 24, 3], mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] },
  backbone: { type: 'resnet', unit: 'basic', depths: [1, 1], widths: [8, 16], stem: { width: 8 }, zeroInitLast: false },
  attach: [{ type: 'se' }],
  head: { type: 'classifier', classes: 5 },
} satisfies SenetConfig;
const saved = path('saved');

beforeAll(async () => {
  const assembler = createSenetAssembler();
  const assembly = assembler.assemble(TINY);
  await saveFolder(assembler as never, assembly, assembly.initialState(3), saved);
  writeFileSync(path('tiny.json'), JSON.stringify(TINY));
  for (const name of ['coffee_224.png', 'chelsea_224.png']) cpSync(golden(`real/${name}`), path('photos', name));
  writeFileSync(path('photos', 'notes.txt'), 'no image');
});

async function predict(...words: string[]): Promise<Prediction[]> {
  const { code, stdout, stderr } = await callSenet('predict', ...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function error(...words: string[]) {
  const { code, stdout } = await callSenet('predict', ...words, '--json');
  return { exit: code, ...JSON.parse(stdout).error };
}

describe('which images', () => {
  const both = [path('photos', 'chelsea_224.png'), path('photos', 'coffee_224.png')];

  test('a folder, by name, without what is no image', async () => {
    expect((await predict(saved, path('photos'))).map(({ file }) => file)).toEqual(both);
  });

  test('a pattern', async () => {
    expect((await predict(saved, path('photos', '*_224.png'))).map(({ file }) => file)).toEqual(both);
  });

  test('files, in the order given', async () => {
    const predictions = await predict(saved, both[1]!, both[0]!);
    expect(predictions.map(({ file }) => file)).toEqual(both.toReversed());
    expect(predictions.toReversed()).toEqual(await predict(saved, ...both));
  });

  test.each([
    ['none', [], { exit: 2, code: 'UsageInvalid' }],
    ['a missing file', ['missing.png'], { exit: 1, code: 'FileUnreadable' }],
    ['a pattern that matches nothing', [path('photos', '*.webp')], { exit: 1, code: 'FileUnreadable' }],
    ['a folder without images', [path('saved')], { exit: 1, code: 'FileUnreadable' }],
    ['a file that is no image', [path('photos', 'notes.txt')], { exit: 1, code: 'FileInvalid' }],
  ])('%s', async (_, images, expected) => {
    expect(await error(saved, ...images)).toMatchObject(expected);
  });
});

describe('what is said of an image', () => {
  const image = path('photos', 'coffee_224.png');

  test('the most probable classes, without names where nobody gave any', async () => {
    const [all] = await predict(saved, image);
    expect(all!.top).toHaveLength(5);
    expect(all!.top.map(({ label }) => label)).toEqual([null, null, null, null, null]);
    const probabilities = all!.top.map(({ probability }) => probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    const [two] = await predict(saved, image, '--top', '2');
    expect(two!.top).toEqual(all!.top.slice(0, 2));
  });

  test('their names, from lines or from JSON', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    writeFileSync(path('names.txt'), `${names.join('\n')}\n`);
    writeFileSync(path('names.json'), JSON.stringify(names));
    for (const file of ['names.txt', 'names.json']) {
      const [{ top }] = (await predict(saved, image, '--labels', path(file))) as [Prediction];
      for (const { index, label } of top) expect(label).toBe(names[index]);
    }
    writeFileSync(path('few.txt'), 'a\nb\n');
    expect(await error(saved, image, '--labels', path('few.txt'))).toMatchObject({
      code: 'FileInvalid',
      path: path('few.txt'),
    });
  });

  test('the same at any number of images, and optimized', async () => {
    const [alone] = await predict(saved, image);
    const many = await predict(saved, ...Array.from({ length: 70 }, () => image));
    for (const { top } of many) {
      for (const [i, { index, probability }] of top.entries()) {
        expect(index).toBe(alone!.top[i]!.index);
        expect(probability).toBeCloseTo(alone!.top[i]!.probability, 5);
      }
    }
    const [optimized] = await predict(saved, image, '--optimize');
    for (const [i, { probability }] of optimized!.top.entries()) {
      expect(probability).toBeCloseTo(alone!.top[i]!.probability, 4);
    }
  });

  test('as text', async () => {
    const { stdout } = await callSenet('predict', saved, image, '--top', '1');
    expect(stdout).toMatch(/coffee_224\.png +\d+\.\d\d % +\d/);
  });

  test('--verbose tells what it runs on', async () => {
    const { stderr } = await callSenet('predict', saved, image, image, '--backend', 'wasm', '--verbose');
    const lines = stderr.split('\n').filter((line) => line.includes('backend wasm: '));
    expect(lines).toEqual([
      expect.stringContaining('asked for'),
      expect.stringMatching(/TensorFlow\.js [\d.]+, @senet\/wasm [\d.]+: (relaxed|plain) SIMD/),
    ]);
  });
});

test('weights of a file, and none at all', async () => {
  const image = path('photos', 'coffee_224.png');
  const weights = path('saved', 'model.safetensors');
  expect(await predict(path('tiny.json'), image, '--weights', weights)).toEqual(await predict(saved, image));
  expect(await error(path('tiny.json'), image)).toMatchObject({ exit: 2, code: 'UsageInvalid' });
});

test('a network of any size takes each image at its own', async () => {
  writeFileSync(path('open.json'), JSON.stringify({ ...TINY, input: { ...TINY.input, shape: [null, null, 3] } }));
  cpSync(golden('real/rocket_224.png'), path('rocket.png'));
  const words = [path('open.json'), '--weights', path('saved', 'model.safetensors')];
  const images = [path('photos', 'coffee_224.png'), path('rocket.png')];
  const together = await predict(...words, ...images);
  const apart = await Promise.all(images.map((image) => predict(...words, image)));
  expect(together).toEqual(apart.flat());
});
