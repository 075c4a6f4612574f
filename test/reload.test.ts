/** Saved models open in programs that do not know this library: with stock layers always, with ours after one import. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assembler } from './support/models.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./support/plain-tfjs.mjs', import.meta.url));

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'senet-reload-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Saves a model as TensorFlow.js' own files, and says what it gives for the program's input. */
async function save(model: tf.LayersModel, shape: number[]): Promise<number[]> {
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest: manifest }));
      await writeFile(join(folder, 'weights.bin'), new Uint8Array(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  const x = tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i)),
    shape,
  );
  return Array.from((model.predict(x) as tf.Tensor).dataSync());
}

async function outputsElsewhere(shape: number[], module?: string): Promise<number[]> {
  const { stdout } = await run(process.execPath, [program, folder, JSON.stringify(shape), ...(module ? [module] : [])]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as number[];
}

const head = { type: 'classifier', classes: 6 } as const;
const widths = [4, 8, 8, 16];

describe('with stock layers', () => {
  test.each([
    ['SE', { backbone: { type: 'resnet18', widths }, attach: [{ type: 'se' }], head }],
    ['ECA at the input', { backbone: { type: 'resnet50', widths }, attach: [{ type: 'eca', at: 'input' }], head }],
    ['the seed', { extends: 'se_resnet50_seed', backbone: { widths }, head }],
  ] as const)('%s opens with plain tf.loadLayersModel', async (_, config) => {
    const shape = [2, 32, 32, 3];
    const model = assembler.assemble(config as never, { inputShape: [32, 32, 3] }).toLayersModel({ seed: 1 });
    expect(model.layers.map((layer) => layer.getClassName()).filter((name) => name.startsWith('Senet'))).toEqual([]);
    const expected = await save(model, shape);
    expect(await outputsElsewhere(shape)).toEqual(expected);
  });
});

describe('with layers of this library', () => {
  const shape = [1, 40, 36, 3];
  const config = {
    backbone: { type: 'resnext50_32x4d', widths: [16, 16, 16, 16], depths: [1, 1, 1, 1], dropPath: 0.1 },
    attach: [{ type: 'cbam', gate: 'hard-sigmoid' }],
    head,
  } as const;

  test('opens after an import of @senet/core/layers, and not without', async () => {
    const model = assembler.assemble(config, { inputShape: [40, 36, 3] }).toLayersModel({ seed: 1 });
    const classes = new Set(
      model.layers.map((layer) => layer.getClassName()).filter((name) => name.startsWith('Senet')),
    );
    expect([...classes].sort()).toEqual(['SenetDrop', 'SenetGroupedConv2D', 'SenetOp']);
    const expected = await save(model, shape);
    expect(await outputsElsewhere(shape, '@senet/core/layers')).toEqual(expected);
    await expect(outputsElsewhere(shape)).rejects.toThrow('Unknown layer');
  });
});
