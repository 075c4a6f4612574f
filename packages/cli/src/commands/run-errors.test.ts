import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveWeights, writeNpy } from '@senet/weights';
import { saveFolder } from '@senet/weights/node';
import * as tf from '@tensorflow/tfjs';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { createSenetAssembler, type SenetConfig } from '../assembler.js';
import { callSenet } from '../call.js';
import type { RunReport } from '../run/report.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-run-'));
const assembler = createSenetAssembler();

const TINY = {
  backbone: { type: 'resnet', unit: 'basic', depths: [1, 1], widths: [8, 16], stem: { width: 8 }, zeroInitLast: false },
  attach: [{ type: 'se' }],
  head: { type: 'classifier', classes: 5 },
} satisfies SenetConfig;

const path = (name: string) => join(folder, name);

function write(name: string, content: Uint8Array | object): string {
  writeFileSync(path(name), content instanceof Uint8Array ? content : JSON.stringify(content));
  return path(name);
}

function array(name: string, shape: number[]): string {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i));
  return write(name, writeNpy(values, shape));
}

async function run(...words: string[]): Promise<RunReport> {
  const { code, stdout } = await callSenet('run', ...words, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

async function error(...words: string[]) {
  const { code, stdout, stderr } = await callSenet('run', ...words, '--json');
  expect(stderr).toMatch(/^\[error\] /m);
  expect(stderr).not.toMatch(/\.(ts|js):\d+/);
  return { exit: code, ...JSON.parse(stdout).error };
}

const tiny = write('tiny.json', TINY);
const two = array('two.npy', [2, 12, 10, 3]);

describe('a saved folder', () => {
  const saved = path('saved');

  test('runs with its own weights, or others', async () => {
    const assembly = assembler.assemble(TINY);
    await saveFolder(assembler as never, assembly, assembly.initialState(9), saved);
    const report = await run(saved, two);
    expect(report.weights).toEqual({ file: join(saved, 'model.safetensors'), dialect: 'timm' });
    expect(report.results).toEqual((await run(tiny, two, '--seed', '9')).results);
    const other = write('other.safetensors', saveWeights(assembly, assembly.initialState(4)));
    expect((await run(saved, two, '--weights', other)).results).toEqual((await run(tiny, two, '--seed', '4')).results);
    expect((await callSenet('run', saved, two)).stderr).toBe('');
    expect(await error(saved, two, '--seed', '1')).toMatchObject({ exit: 2, path: '--seed' });
    const grey = array('grey3.npy', [1, 8, 8, 1]);
    expect(await error(saved, grey)).toMatchObject({
      exit: 1,
      code: 'WeightsMismatch',
      message: expect.stringContaining('conv1.weight: [8, 3, 7, 7], expected [8, 1, 7, 7]'),
    });
  });
});

test('no tensor is left, whether it works or not', async () => {
  const broken = array('broken.npy', [2, 8, 8, 3]);
  const bytes = readFileSync(broken);
  bytes.writeFloatLE(Number.NaN, bytes.length - 4);
  writeFileSync(broken, bytes);
  await run(tiny, two);
  const before = tf.memory().numTensors;
  await run(tiny, two, '--taps', '0,1');
  expect(await error(tiny, broken)).toMatchObject({ exit: 1, code: 'InputInvalid' });
  expect(tf.memory().numTensors).toBe(before);
});

describe('what goes wrong', () => {
  const text = write('notes.npy', Buffer.from('no array'));
  test.each([
    ['no input', [tiny], 2, { code: 'UsageInvalid' }],
    [
      'a missing file',
      [tiny, path('tow.npy')],
      1,
      { code: 'FileUnreadable', suggestions: expect.arrayContaining(['two.npy']) },
    ],
    ['a .npy that is none', [tiny, text], 1, { code: 'FileInvalid', path: text }],
    ['an unknown recipe', ['seresnet5', two], 1, { code: 'UnknownName' }],
    ['an unknown tap', [tiny, two, '--taps', '9'], 1, { code: 'UnknownName', path: '--taps' }],
    [
      'an unknown node',
      [tiny, two, '--taps', 'layer1.0.es'],
      1,
      { code: 'UnknownName', suggestions: expect.arrayContaining(['layer1.0.se']) },
    ],
    ['an empty tap', [tiny, two, '--taps', '1,'], 2, { code: 'UsageInvalid', path: '--taps' }],
    ['no classes', [tiny, two, '--top', '0'], 2, { code: 'UsageInvalid', path: '--top' }],
    ['an unknown backend', [tiny, two, '--backend', 'wsm'], 1, { code: 'BackendUnavailable', suggestions: ['wasm'] }],
    [
      'a layout for images',
      [tiny, write('p.png', PNG.sync.write(new PNG({ width: 8, height: 8 }))), '--layout', 'nchw'],
      2,
      { code: 'UsageInvalid', path: '--layout' },
    ],
    [
      'a folder for its output that is not there',
      [tiny, two, '--output', path('no/y.npy')],
      1,
      { code: 'FileUnreadable' },
    ],
  ])('%s', async (_, words, exit, found) => {
    expect(await error(...words)).toMatchObject({ exit, ...found });
  });

  test('weights of another network, and of another dialect', async () => {
    const assembly = assembler.assemble(TINY);
    const weights = write('plain.safetensors', saveWeights(assembly, assembly.initialState()));
    const without = write('without.json', { ...TINY, attach: [] });
    expect(await error(without, two, '--weights', weights)).toMatchObject({
      code: 'WeightsMismatch',
      path: weights,
      message: expect.stringContaining('unexpected in the file: 8'),
    });
    expect(await error(tiny, two, '--weights', weights, '--dialect', 'caffe')).toMatchObject({
      code: 'DialectMismatch',
    });
    expect(await error(tiny, two, '--weights', weights, '--dialect', 'tim')).toMatchObject({
      code: 'UnknownName',
      suggestions: ['timm'],
    });
  });
});
