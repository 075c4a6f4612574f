import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNpy, saveWeights, writeNpy } from '@senet/weights';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { formulaState, relativeL2, spread } from '../../../../test/support/formula.js';
import { createSenetAssembler, type SenetConfig } from '../assembler.js';
import { callSenet } from '../call.js';
import type { RunReport } from '../run/report.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-run-'));
const assembler = createSenetAssembler();
const RANDOM = /no weights are loaded: they are random \(seed \d+\)/;

const TINY = {
  name: 'tiny',
  backbone: {
    type: 'resnet',
    unit: 'basic',
    depths: [1, 1],
    widths: [8, 16],
    stem: { width: 8, kernel: 3 },
    zeroInitLast: false,
  },
  attach: [{ type: 'se' }],
  input: { shape: [32, 32, 3], mean: [0.5], std: [0.25] },
  head: { type: 'classifier', classes: 5 },
} satisfies SenetConfig;

const path = (name: string) => join(folder, name);

function write(name: string, content: Uint8Array | object): string {
  writeFileSync(path(name), content instanceof Uint8Array ? content : JSON.stringify(content));
  return path(name);
}

function array(name: string, shape: number[], key = 'input'): string {
  const size = shape.reduce((a, b) => a * b);
  return write(name, writeNpy(spread(key, size, 1), shape));
}

function png(name: string, width: number, height: number): string {
  const image = new PNG({ width, height });
  for (const i of image.data.keys()) image.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256;
  return write(name, PNG.sync.write(image));
}

function npy(file: string) {
  const { shape, data } = readNpy(readFileSync(file), file);
  return { shape, values: data as Float32Array };
}

async function run(...words: string[]): Promise<RunReport> {
  const { code, stdout, stderr } = await callSenet('run', ...words, '--json');
  expect({ code, stderr: stderr.replace(/^\[warn\] .*\n/, '') }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function error(...words: string[]) {
  const { code, stdout } = await callSenet('run', ...words, '--json');
  return { exit: code, ...JSON.parse(stdout).error };
}

/** All logits of the first input. */
const logitsOf = ({ results }: RunReport, index = 0) => results[index]!.top.toSorted((a, b) => a.index - b.index);

const tiny = write('tiny.json', TINY);
const two = array('two.npy', [2, 12, 10, 3]);

describe('against PyTorch', () => {
  test.each([
    ['resnet18_se', { extends: 'resnet18', attach: [{ type: 'se' }] }, 'timm'],
    ['legacy_seresnet18', { extends: 'legacy_seresnet18' }, 'caffe'],
  ] satisfies [string, SenetConfig, string][])('%s: npy in, npy out', async (name, config, dialect) => {
    const golden = JSON.parse(
      readFileSync(new URL(`../../../../test/goldens/timm/${name}.json`, import.meta.url), 'utf8'),
    );
    const assembly = assembler.assemble(config);
    const state = formulaState(assembly, 'timm', golden.gain);
    const weights = write(`${name}.safetensors`, saveWeights(assembly, state, { dialect }));
    const input = array(`${name}.npy`, golden.input.shape);
    const output = path(`${name}.out.npy`);
    const words = [
      '--weights',
      weights,
      '--dialect',
      dialect,
      '--layout',
      'nchw',
      '--output',
      output,
      '--taps',
      '0,1',
      '--backend',
      'wasm',
    ];
    const report = await run(write(`${name}.json`, config), input, ...words);
    const { shape, values } = npy(output);
    expect(shape).toEqual([1, 1000]);
    expect(relativeL2(values, golden.logits)).toBeLessThan(1e-5);
    const { shape: input_, ...rest } = { shape: report.inputShape, backend: report.backend, weights: report.weights };
    expect(input_).toEqual([golden.input.shape[2], golden.input.shape[3], 3]);
    expect(rest).toEqual({ backend: 'wasm', weights: { file: weights, dialect } });
    expect(report.results[0]!.top[0]).toMatchObject({ index: golden.argmax, logit: values[golden.argmax] });
    for (const [i, tap] of report.taps.entries()) {
      const { mean, std } = golden.features_only[i];
      expect(tap.mean).toBeCloseTo(mean, 4);
      expect(tap.std).toBeCloseTo(std, 4);
    }
  });
});

describe('arrays', () => {
  test('the network is built for their size and channels', async () => {
    const report = await run(tiny, '--input', array('grey.npy', [3, 9, 14, 1]));
    expect(report).toMatchObject({ name: 'tiny', inputShape: [9, 14, 1], batch: 3 });
    expect(report.results.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  test('NCHW and NHWC of the same values give the same', async () => {
    const { values, shape } = npy(two);
    const [n, h, w, c] = shape as [number, number, number, number];
    const first = values.map((_, i) => {
      const [sample, channel, pixel] = [Math.floor(i / (c * h * w)), Math.floor(i / (h * w)) % c, i % (h * w)];
      return values[(sample * h * w + pixel) * c + channel]!;
    });
    const nchw = write('nchw.npy', writeNpy(first, [n, c, h, w]));
    const [a, b] = [await run(tiny, two), await run(tiny, nchw, '--layout', 'nchw')];
    expect(b.results.map(({ top }) => top)).toEqual(a.results.map(({ top }) => top));
    expect(await error(tiny, nchw)).toMatchObject({ exit: 1, code: 'InputInvalid', path: nchw });
  });

  test('a batch larger than a chunk: every row is its own', async () => {
    const many = array('many.npy', [150, 8, 8, 3]);
    const output = path('many.out.npy');
    const report = await run(tiny, many, '--output', output, '--taps', 'fc,layer2.0.se');
    const { values } = npy(many);
    const [whole, size] = [npy(output), 8 * 8 * 3];
    expect(whole.shape).toEqual([150, 5]);
    for (const row of [0, 63, 64, 149]) {
      const one = write('one.npy', writeNpy(values.slice(row * size, (row + 1) * size), [1, 8, 8, 3]));
      const alone = logitsOf(await run(tiny, one)).map(({ logit }) => logit);
      for (const [i, logit] of alone.entries()) expect(whole.values[row * 5 + i]).toBeCloseTo(logit, 5);
    }
    const fc = npy(path('many.out.tap-fc.npy'));
    expect(fc).toEqual(whole);
    expect(report.taps[0]).toMatchObject({ tap: 'fc', node: 'fc', shape: [150, 5] });
    const mean = whole.values.reduce((a, b) => a + b) / whole.values.length;
    expect(report.taps[0]!.mean).toBeCloseTo(mean, 5);
    expect(npy(path('many.out.tap-layer2.0.se.npy')).shape).toEqual([150, 1, 1, 16]);
  });
});

describe('logits', () => {
  test.each(['softmax', 'sigmoid'] as const)('come before a %s', async (activation) => {
    const config = write(`${activation}.json`, { ...TINY, head: { ...TINY.head, activation } });
    const [linear, other] = [logitsOf(await run(tiny, two)), logitsOf(await run(config, two))];
    expect(other.map(({ logit }) => logit)).toEqual(linear.map(({ logit }) => logit));
    for (const [i, { logit, probability }] of other.entries()) {
      const expected = activation === 'softmax' ? linear[i]!.probability : 1 / (1 + Math.exp(-logit));
      expect(probability).toBeCloseTo(expected, 12);
    }
  });

  test('--top says how many, five by default', async () => {
    expect((await run(tiny, two, '--top', '2')).results[1]!.top).toHaveLength(2);
    expect((await run('resnet18', two)).results[1]!.top).toHaveLength(5);
  });

  test('--seed draws other weights, 0 by default', async () => {
    const of = async (...words: string[]) => logitsOf(await run(tiny, two, ...words));
    const zero = await of();
    expect(await of('--seed', '0')).toEqual(zero);
    expect(await of('--seed', '1')).not.toEqual(zero);
    const { stderr } = await callSenet('run', tiny, two, '--seed', '3');
    expect(stderr).toMatch(RANDOM);
  });

  test('--backend', async () => {
    const [wasm, cpu] = [await run(tiny, two, '--backend', 'wasm'), await run(tiny, two, '--backend', 'cpu')];
    expect([wasm.backend, cpu.backend]).toEqual(['wasm', 'cpu']);
    expect(wasm.detail).toMatch(/^TensorFlow\.js .*, @senet\/wasm .* SIMD$/);
    expect(cpu.detail).toMatch(/^TensorFlow\.js [\d.]+$/);
    for (const [i, { logit }] of logitsOf(cpu).entries()) expect(logit).toBeCloseTo(logitsOf(wasm)[i]!.logit, 5);
  });
});

describe('taps', () => {
  test('by number, and by name', async () => {
    const { taps } = await run(tiny, two, '--taps', '0, 2,layer1.0.se');
    expect(taps.map(({ tap, node, shape }) => ({ tap, node, shape }))).toEqual([
      { tap: 0, node: 'act1', shape: [2, 6, 5, 8] },
      { tap: 2, node: 'layer2.0.act2', shape: [2, 2, 2, 16] },
      { tap: 'layer1.0.se', node: 'layer1.0.se', shape: [2, 3, 3, 8] },
    ]);
    for (const { first, std } of taps)
      expect({ eight: first.length, spread: std > 0 }).toEqual({ eight: 8, spread: true });
    expect((await run(tiny, two)).taps).toEqual([]);
  });

  test('of a features head, written without logits', async () => {
    const config = write('features.json', { ...TINY, head: { type: 'features', taps: [1] } });
    const report = await run(config, two, '--output', path('features.npy'), '--taps', 'act1');
    expect(report.results).toEqual([]);
    expect(report.taps.map(({ tap }) => tap)).toEqual([1, 'act1']);
    const { shape, values } = npy(path('features.tap-1.npy'));
    expect({ shape, first: [...values.slice(0, 8)] }).toEqual({ shape: [2, 3, 3, 8], first: report.taps[0]!.first });
    expect(npy(path('features.tap-act1.npy')).shape).toEqual([2, 6, 5, 8]);
    expect(() => readFileSync(path('features.npy'))).toThrow(/ENOENT/);
    expect(await error(config, two, '--top', '3')).toMatchObject({ exit: 2, path: '--top' });
  });
});

describe('images', () => {
  test('are prepared as the config says, each at its own size', async () => {
    const [wide, tall, again] = [png('wide.png', 12, 8), png('tall.png', 8, 12), png('again.png', 12, 8)];
    const output = path('images.npy');
    const report = await run(tiny, '--input', wide, '--input', tall, again, '--taps', '1');
    expect(report).toMatchObject({ inputShape: [null, null, 3], batch: 3 });
    expect(report.results.map(({ file }) => file)).toEqual([wide, tall, again]);
    expect(report.taps.map(({ files }) => files)).toEqual([[wide, again], [tall]]);
    const pixels = Float32Array.from(PNG.sync.read(readFileSync(wide)).data.filter((_, i) => i % 4 < 3));
    const values = pixels.map((value) => (value / 255 - 0.5) / 0.25);
    const exact = logitsOf(await run(tiny, write('wide.npy', writeNpy(values, [1, 8, 12, 3]))));
    for (const row of [0, 2]) {
      for (const [i, { logit }] of logitsOf(report, row).entries()) expect(logit).toBeCloseTo(exact[i]!.logit, 5);
    }
    await run(tiny, wide, tall, again, '--output', output);
    const written = npy(output);
    expect(written.shape).toEqual([3, 5]);
    for (const [i, { logit }] of logitsOf(report, 1).entries()) expect(written.values[5 + i]).toBeCloseTo(logit, 6);
    expect(await error(tiny, wide, tall, '--output', output, '--taps', '1')).toMatchObject({
      exit: 1,
      code: 'InputInvalid',
    });
  });

  test('become grey for a grey network', async () => {
    const config = write('grey.json', { ...TINY, input: { shape: [32, 32, 1] } });
    expect((await run(config, png('colour.png', 9, 9))).inputShape).toEqual([9, 9, 1]);
  });
});

test('as text', async () => {
  const { code, stdout } = await callSenet(
    'run',
    tiny,
    two,
    '--backend',
    'wasm',
    '--top',
    '1',
    '--taps',
    '1',
    '--output',
    path('text.npy'),
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^tiny on wasm, 2 × 12×10×3, [\d.]+ ms\nbackend: (.+)\nweights: random \(seed 0\)\n/);
  expect(stdout).toMatch(/^backend: TensorFlow\.js [\d.]+, @senet\/wasm [\d.]+: (relaxed|plain) SIMD$/m);
  expect(stdout).toMatch(/^1 .*two\.npy +\d +-?\d\.\d{4} +\d+\.\d\d %$/m);
  expect(stdout).toMatch(/^1 +layer1\.0\.act2 +2×3×3×8 +/m);
  expect(stdout).toMatch(/written: .*text\.npy, .*text\.tap-1\.npy\n$/);
});

test('--verbose tells of progress', async () => {
  const { stderr } = await callSenet('run', tiny, two, '--verbose');
  expect(stderr).toContain('2 of 2 inputs of 12×10×3');
});

describe('weights that differ', () => {
  const classes = (count: number, channels: number) =>
    write(`c${count}x${channels}.json`, {
      ...TINY,
      input: { shape: [12, 10, channels] },
      head: { type: 'classifier', classes: count },
    });
  const from = assembler.assemble({ ...TINY, input: { shape: [12, 10, 3] }, head: { type: 'classifier', classes: 7 } });
  const weights = write('seven.safetensors', saveWeights(from, from.initialState(4)));
  const grey = array('grey1.npy', [1, 12, 10, 1]);

  test('--adapt loads another head and another stem, and only what it names', async () => {
    const report = await run(classes(3, 1), grey, '--weights', weights, '--adapt', 'head, stem');
    expect(report.results[0]!.top).toHaveLength(3);
    expect(await error(classes(3, 1), grey, '--weights', weights)).toMatchObject({ exit: 1, code: 'WeightsMismatch' });
    expect(await error(classes(3, 1), grey, '--weights', weights, '--adapt', 'head')).toMatchObject({
      code: 'WeightsMismatch',
    });
    expect(await error(classes(3, 1), grey, '--weights', weights, '--adapt', 'tail')).toMatchObject({
      exit: 2,
      path: '--adapt',
    });
    expect(await error(classes(3, 1), grey, '--adapt', 'head')).toMatchObject({ exit: 2, path: '--adapt' });
  });
});

test('--optimize gives the same logits from fewer nodes', async () => {
  const [plain, optimised] = [await run(tiny, two), await run(tiny, two, '--optimize')];
  for (const [i, { logit }] of logitsOf(plain).entries()) expect(logitsOf(optimised)[i]!.logit).toBeCloseTo(logit, 4);
  const folded = 'layer1.0.conv1'; // its batch normalization is folded into it, under the activation's name
  expect((await run(tiny, two, '--taps', folded)).taps[0]!.node).toBe(folded);
  expect((await run(tiny, two, '--taps', folded, '--optimize')).taps[0]!.node).toBe(folded);
});
