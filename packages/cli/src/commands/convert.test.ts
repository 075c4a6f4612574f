import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadWeights, saveWeights } from '@senet/weights';
import { readWeightsFile } from '@senet/weights/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSenetAssembler } from '../assembler.js';
import { callSenet } from '../call.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-convert-'));
const path = (name: string) => join(folder, name);
const assembler = createSenetAssembler();

const MODELS = { se: 'seresnet18', small: 'mobilenetv3_small_050', keras: 'mobilenetv3_small_keras' } as const;

beforeAll(() => {
  for (const [name, recipe] of Object.entries(MODELS)) {
    const assembly = assembler.assemble(recipe);
    writeFileSync(path(`${name}.safetensors`), saveWeights(assembly, assembly.initialState(1)));
  }
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);

async function convert(...words: string[]) {
  const { code, stdout, stderr } = await callSenet('convert', ...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function error(...words: string[]) {
  const { code, stdout } = await callSenet('convert', ...words, '--json');
  return { exit: code, ...JSON.parse(stdout).error };
}

describe('there and back again, the weights are the same bits', () => {
  test.each([
    ['seresnet18', 'se', 'timm', 'npz'],
    ['mobilenetv3_small_keras', 'keras', 'keras', 'h5'],
    ['mobilenetv3_small_keras', 'keras', 'keras', 'npz'],
  ] as const)('%s', async (recipe, file, to, format) => {
    const [there, back] = [path(`${file}-${to}.${format}`), path(`${file}-back.safetensors`)];
    await convert(path(`${file}.safetensors`), '--model', recipe, '--to', to, '--format', format, '--out', there);
    await convert(there, '--model', recipe, '--from', to, '--to', 'timm', '--out', back);
    const assembly = assembler.assemble(recipe);
    const [before, after] = await Promise.all(
      [path(`${file}.safetensors`), back].map(async (name) => loadWeights(assembly, await readWeightsFile(name))),
    );
    expect([...after!.keys()].sort()).toEqual([...before!.keys()].sort());
    for (const [key, values] of before!)
      expect(Buffer.compare(bytesOf(after!.get(key)!), bytesOf(values)), key).toBe(0);
  });
});

test('the network is found out where the file tells it', async () => {
  const answer = await convert(path('se.safetensors'), '--to', 'torchvision', '--out', path('found.safetensors'));
  expect(answer).toMatchObject({ model: 'seresnet18', from: 'timm', to: 'torchvision', format: 'safetensors' });
});

test('names stay as they are where no dialect is named', async () => {
  const answer = await convert(path('se.safetensors'), '--format', 'npz', '--out', path('plain.npz'));
  const [before, after] = [await readWeightsFile(path('se.safetensors')), await readWeightsFile(path('plain.npz'))];
  expect(answer.tensors).toBe(before.tensors.size);
  for (const [key, { dtype, shape, bytes }] of before.tensors) {
    expect(after.tensors.get(key)).toMatchObject({ dtype, shape });
    expect(Buffer.compare(after.tensors.get(key)!.bytes, bytes)).toBe(0);
  }
});

test('half as many bytes', async () => {
  await convert(path('se.safetensors'), '--to', 'timm', '--dtype', 'F16', '--out', path('half.safetensors'));
  const { tensors } = await readWeightsFile(path('half.safetensors'));
  expect(tensors.get('conv1.weight')!.dtype).toBe('F16');
});

describe('errors', () => {
  const se = path('se.safetensors');

  test.each([
    ['no --to beside --from', [se, '--from', 'timm', '--out', path('x')], { exit: 2, code: 'UsageInvalid' }],
    ['an unknown dialect', [se, '--to', 'tim', '--out', path('x')], { exit: 1, code: 'UnknownName' }],
    ['a dialect of other networks', [se, '--to', 'keras', '--out', path('x')], { exit: 1, code: 'DialectMismatch' }],
    ['a missing file', [path('no.pth'), '--out', path('x')], { exit: 1, code: 'FileUnreadable' }],
    ['a missing folder', [se, '--out', path('no/x.npz')], { exit: 1, code: 'FileUnreadable' }],
  ])('%s', async (_, words, expected) => {
    expect(await error(...words)).toMatchObject(expected);
  });

  test('what existed is not lost', async () => {
    writeFileSync(path('precious.npz'), 'precious');
    await error(se, '--to', 'keras', '--format', 'npz', '--out', path('precious.npz'));
    expect(readFileSync(path('precious.npz'), 'utf8')).toBe('precious');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
