/** Folders that this library saves, opened by timm. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly, State } from '@senet/core/graph';
import { saveFolder } from '@senet/weights/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { assembler, runNodes, setTestBackend } from '../support/models.js';
import { atSmallSize, type Config, recipesFor } from './networks.js';
import { integer, randomFor, randomState, sample } from './random.js';
import {
  BATCH,
  expectEqual,
  expectWellConditioned,
  type Picture,
  randomPictures,
  readTensors,
  readValue,
  sizesOf,
} from './tensors.js';
import { useWorker } from './worker.js';

const { call, folder } = useWorker('torch', 'timm_worker');

const RECIPES = recipesFor('recipes that timm reads', 3);
const SMALL = RECIPES.map((name) => [name, atSmallSize(name as Config, `timm reads ${name}`)] as const);
const FULL = sample(randomFor('recipes at full size'), RECIPES, 2).map(
  (name) => [`${name} at full size`, assembler.assemble(name as Config)] as const,
);
const HEADS = (
  [
    { extends: 'seresnet18', input: { shape: [64, 64, 1] }, head: { type: 'classifier', classes: 7, pool: 'avg+max' } },
    { extends: 'resnet34', head: { type: 'classifier', classes: 3, pool: 'max' } },
  ] as Config[]
).map((config) => [JSON.stringify(config), assembler.assemble(config)] as const);
const ATTENTIONS = (['se', 'eca', 'cbam'] as const).flatMap((type) =>
  (['resnet18', 'resnet50', 'resnext50_32x4d'] as const).map(
    (backbone) =>
      [
        `${backbone} with ${type}`,
        atSmallSize({ backbone, attach: [{ type }] }, `timm reads ${backbone} with ${type}`),
      ] as const,
  ),
);

beforeAll(setTestBackend);

describe('timm opens our folders and computes our logits', () => {
  test.each([...SMALL, ...ATTENTIONS, ...HEADS, ...FULL])('%s', async (name, net) => {
    const saved = join(folder, name.replace(/\W+/g, '_'));
    mkdirSync(saved);
    const pictures = randomPictures(saved, name, sizesOf(net.config.input.shape));
    const state = await settledState(net, name, saved, pictures);
    const { architecture } = await saveFolder(assembler, net, state, saved);

    const theirs = await call<{ noise: number; architecture: string }>('open_folder', {
      folder: saved,
      image: pictures.file,
    });
    expect(theirs.architecture).toBe(architecture);
    const expected = readValue(join(saved, 'outputs.safetensors'), 'logits');
    expectWellConditioned(expected, theirs.noise, name);
    const [logits] = runNodes(net, state, pictures.data, net.graph.outputs, BATCH);
    expectEqual(logits!, expected, theirs.noise, name);
  });
});

/** Random values, with statistics that go with the pictures: timm says them. */
async function settledState(net: Assembly, name: string, saved: string, pictures: Picture): Promise<State> {
  const state = randomState(net, name);
  await saveFolder(assembler, net, state, saved);
  const seed = integer(randomFor(`statistics of ${name}`), 0, 2 ** 31);
  await call('settle_folder', { folder: saved, image: pictures.file, seed });
  const file = join(saved, 'statistics.safetensors');
  const statistics = [...readTensors(file).tensors.keys()].map((key) => [key, readValue(file, key).data] as const);
  return new Map([...state, ...statistics]);
}
