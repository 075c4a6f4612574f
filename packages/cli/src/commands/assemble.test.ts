import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveWeights } from '@senet/weights';
import { loadFolder } from '@senet/weights/node';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { createSenetAssembler, type SenetConfig } from '../assembler.js';
import { useBackend } from '../backend.js';
import { callSenet } from '../call.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-assemble-'));
const assembler = createSenetAssembler();
const TINY = {
  name: 'tiny',
  backbone: { type: 'resnet', unit: 'basic', depths: [1, 1], widths: [8, 16], stem: { width: 8, kernel: 3 } },
  attach: [{ type: 'se' }],
  input: { shape: [16, 16, 3] },
  head: { type: 'classifier', classes: 5, activation: 'softmax' },
} satisfies SenetConfig;
const tiny = join(folder, 'tiny.json');
writeFileSync(tiny, JSON.stringify(TINY));

let names = 0;
const free = () => join(folder, `out${names++}`);

async function assemble(...words: string[]) {
  const { code, stdout, stderr } = await callSenet('assemble', ...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function error(...words: string[]) {
  const { code, stdout } = await callSenet('assemble', ...words, '--json');
  return { exit: code, ...JSON.parse(stdout).error };
}

describe('a folder', () => {
  test('opens as the network it was, with the seeded weights', async () => {
    const out = free();
    const answer = await assemble(tiny, '--out', out, '--seed', '7');
    expect(answer).toMatchObject({
      name: 'tiny',
      folder: out,
      format: 'folder',
      files: ['config.json', 'model.safetensors'],
      weights: 'random (seed 7)',
      architecture: null,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(answer.receipt.attachments.map(({ node }: { node: string }) => node)).toEqual([
      'layer1.0.se',
      'layer2.0.se',
    ]);
    expect(readdirSync(out).sort()).toEqual(answer.files);
    const { assembly, state } = await loadFolder(assembler, out);
    expect(assembly.plan.params).toEqual(answer.params);
    expect(state).toEqual(assembly.initialState(7));
    expect(state).not.toEqual(assembly.initialState(0));
  });

  test('says whether timm can express it', async () => {
    const { architecture } = await assemble('seresnet18', '--out', free());
    expect(architecture).toBe('seresnet18');
    const { stdout } = await callSenet('assemble', 'resnet18', '--out', free());
    expect(stdout).toContain('timm: opens the folder as resnet18');
    const { stdout: tinyText } = await callSenet('assemble', tiny, '--out', free());
    expect(tinyText).toContain('timm: has no such network');
    expect(tinyText).toMatch(/se at branch: 2 \(layer1\.0\.se … layer2\.0\.se\), [\d,]+ parameters/);
  });

  test('takes weights from a file, by dialect', async () => {
    const seed = join(folder, 'seed.json');
    const config = { ...TINY, backbone: { ...TINY.backbone, style: 'seed' as const } };
    writeFileSync(seed, JSON.stringify(config));
    const assembly = assembler.assemble(config);
    const weights = join(folder, 'seed.safetensors');
    writeFileSync(weights, saveWeights(assembly, assembly.initialState(3), { dialect: 'seed' }));
    const out = free();
    const answer = await assemble(seed, '--out', out, '--weights', weights, '--dialect', 'seed');
    expect(answer.weights).toEqual({ file: weights, dialect: 'seed' });
    expect((await loadFolder(assembler, out)).state).toEqual(assembly.initialState(3));
    expect((await assemble(seed, '--out', free(), '--weights', weights)).weights.dialect).toBe('seed');
    expect(await error(seed, '--out', free(), '--weights', weights, '--dialect', 'timm')).toMatchObject({
      exit: 1,
      code: 'WeightsMismatch',
      suggestions: ['seed'],
    });
  });

  test('takes the weights of another folder', async () => {
    const [first, second] = [free(), free()];
    await assemble(tiny, '--out', first, '--seed', '5');
    await assemble(first, '--out', second);
    expect((await loadFolder(assembler, second)).state).toEqual((await loadFolder(assembler, first)).state);
    const config = join(first, 'config.json');
    expect(await error(config, '--out', free())).toMatchObject({
      code: 'ConfigInvalid',
      expected: `the folder: ${first}`,
    });
  });
});

describe('a layers model', () => {
  test('is what tf.loadLayersModel opens', async () => {
    await useBackend('cpu');
    const out = free();
    const answer = await assemble(tiny, '--out', out, '--format', 'layers-model', '--seed', '7');
    expect(answer).toMatchObject({ files: ['model.json', 'weights.bin'], customLayers: [] });
    expect(readdirSync(out).sort()).toEqual(answer.files);
    const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(out, 'model.json'), 'utf8'));
    const [{ paths, weights: weightSpecs }] = weightsManifest;
    expect(paths).toEqual(['weights.bin']);
    const weightData = new Uint8Array(readFileSync(join(out, 'weights.bin'))).buffer;
    const loaded = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
    const own = assembler.assemble(TINY).toLayersModel({ seed: 7 });
    const x = tf.randomUniform([2, 16, 16, 3], -1, 1, 'float32', 1);
    const [a, b] = [loaded, own].map((model) => (model.predict(x) as tf.Tensor).dataSync());
    expect(a).toEqual(b);
    expect(a).toHaveLength(10);
    loaded.dispose();
    own.dispose();
    x.dispose();
  });

  test('says which layers are not stock', async () => {
    const grouped = join(folder, 'grouped.json');
    const backbone = { ...TINY.backbone, unit: 'bottleneck', cardinality: 2 };
    writeFileSync(grouped, JSON.stringify({ ...TINY, backbone }));
    const { customLayers } = await assemble(grouped, '--out', free(), '--format', 'layers-model');
    expect(customLayers).toEqual(['SenetGroupedConv2D']);
    const { stdout } = await callSenet('assemble', grouped, '--out', free(), '--format', 'layers-model');
    expect(stdout).toContain("import '@senet/core/layers' before it is loaded");
  });

  test('leaves no tensor', async () => {
    await useBackend('cpu');
    const before = tf.memory().numTensors;
    await assemble(tiny, '--out', free(), '--format', 'layers-model');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what is there already', () => {
  test('is replaced where it is of the same kind', async () => {
    const out = free();
    await assemble(tiny, '--out', out);
    await assemble(tiny, '--out', out, '--seed', '1');
    const { assembly, state } = await loadFolder(assembler, out);
    expect(state).toEqual(assembly.initialState(1));
  });

  test.each(['folder', 'layers-model'])('is kept where it is something else (%s)', async (format) => {
    const out = free();
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'years of work');
    writeFileSync(join(out, 'config.json'), '{}');
    writeFileSync(join(out, 'model.json'), '{}');
    const found = await error(tiny, '--out', out, '--format', format);
    expect(found).toMatchObject({
      exit: 1,
      code: 'FileUnreadable',
      path: out,
      expected: expect.stringContaining('--force'),
    });
    expect(readFileSync(join(out, 'config.json'), 'utf8')).toBe('{}');
    await assemble(tiny, '--out', out, '--format', format, '--force');
    expect(readFileSync(join(out, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  test('is not mixed with the other format', async () => {
    const out = free();
    await assemble(tiny, '--out', out);
    expect(await error(tiny, '--out', out, '--format', 'layers-model')).toMatchObject({ code: 'FileUnreadable' });
  });

  test('may be a file', async () => {
    expect(await error(tiny, '--out', tiny)).toMatchObject({ code: 'FileUnreadable', path: tiny });
  });
});

test.each([
  ['no --out', [], 2, { code: 'UsageInvalid', path: '--out' }],
  ['an unknown format', ['--out', 'x', '--format', 'onnx'], 2, { code: 'UsageInvalid', path: '--format' }],
  ['a seed that is none', ['--out', 'x', '--seed', '-1'], 2, { code: 'UsageInvalid', path: '--seed' }],
  ['a dialect without weights', ['--out', 'x', '--dialect', 'timm'], 2, { code: 'UsageInvalid', path: '--dialect' }],
  [
    'a seed beside weights',
    ['--out', 'x', '--weights', 'w', '--seed', '1'],
    2,
    { code: 'UsageInvalid', path: '--seed' },
  ],
  ['weights that are not there', ['--out', 'x', '--weights', 'none'], 1, { code: 'FileUnreadable', path: 'none' }],
  ['weights that are no weights', ['--out', 'x', '--weights', tiny], 1, { code: 'FileInvalid', path: tiny }],
])('%s', async (_, words, exit, found) => {
  expect(await error(tiny, ...words)).toMatchObject({ exit, ...found });
  expect(existsSync('x')).toBe(false);
});
