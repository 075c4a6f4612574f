import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveWeights } from '@senet/weights';
import { beforeAll, expect, test } from 'vitest';
import { createSenetAssembler } from '../assembler.js';
import { callSenet } from '../call.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-inspect-'));
const path = (name: string) => join(folder, name);
const assembler = createSenetAssembler();

function write(name: string, ...[config, dialect]: [object | string, string?]): void {
  const assembly = assembler.assemble(config as never);
  writeFileSync(path(name), saveWeights(assembly, assembly.initialState(), { dialect }));
}

beforeAll(() => {
  write('ten.safetensors', { extends: 'seresnet18', head: { type: 'classifier', classes: 10 } });
  write('legacy.safetensors', 'legacy_seresnet18', 'caffe');
});

async function inspect(...words: string[]) {
  const { code, stdout, stderr } = await callSenet('inspect', ...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('says what a file holds and which recipes it fits', async () => {
  const said = await inspect(path('ten.safetensors'));
  const { parameters } = assembler.assemble({
    extends: 'seresnet18',
    head: { type: 'classifier', classes: 10 },
  } as never).graph;
  expect(said.file).toBe('ten.safetensors');
  expect(said.metadata).toMatchObject({ 'senet.family': 'resnet', 'senet.style': 'timm' });
  const floats = said.tensors.filter(({ dtype }: { dtype: string }) => dtype === 'F32');
  expect(floats).toHaveLength(parameters.size);
  expect(said.tensors).toContainEqual({ key: 'fc.weight', dtype: 'F32', shape: [10, 512] });
  expect(said.fits).toEqual([{ recipe: 'seresnet18', dialect: 'timm', classes: 10, inputChannels: 3 }]);
});

test('says what differs from a network', async () => {
  const same = await inspect(path('legacy.safetensors'), '--model', 'legacy_seresnet18');
  expect(same.compared).toMatchObject({ model: 'legacy_seresnet18', fits: true, missing: [], unexpected: [] });
  const other = await inspect(path('ten.safetensors'), '--model', 'seresnet18', '--dialect', 'timm');
  expect(other.compared).toMatchObject({
    dialect: 'timm',
    fits: false,
    misshapen: [
      { key: 'fc.weight', found: [10, 512], expected: [1000, 512] },
      { key: 'fc.bias', found: [10], expected: [1000] },
    ],
  });
  const plain = await inspect(path('ten.safetensors'), '--model', 'resnet18');
  expect(plain.compared.unexpected).toContain('layer1.0.se.fc1.weight');
});

test('says that a file is of another kind of network, though every key and shape fits', async () => {
  write('tf.safetensors', 'tf_mobilenetv3_small_100');
  const { fits, compared } = await inspect(path('tf.safetensors'), '--model', 'mobilenetv3_small_100');
  expect(fits.map(({ recipe }: { recipe: string }) => recipe)).toEqual(['tf_mobilenetv3_small_100']);
  expect(compared).toMatchObject({ fits: false, strangeness: 'style tensorflow', missing: [], misshapen: [] });
});

test('as text', async () => {
  const { stdout } = await callSenet('inspect', path('ten.safetensors'), '--model', 'resnet18');
  expect(stdout).toMatch(/^fc\.weight +F32 +10×512$/m);
  expect(stdout).toMatch(/^seresnet18 +timm +10 +3$/m);
  expect(stdout).toContain('resnet18: does not fit, read as dialect timm');
  expect(stdout).toMatch(/^unexpected: 32$/m);
});

test('errors', async () => {
  const alone = await callSenet('inspect', path('ten.safetensors'), '--dialect', 'timm');
  expect(alone.code).toBe(2);
  writeFileSync(path('text.safetensors'), 'no weights');
  const { code, stderr } = await callSenet('inspect', path('text.safetensors'));
  expect(code).toBe(1);
  expect(stderr).toContain('begins like no known file of weights');
});
