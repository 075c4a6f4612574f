/** Random ResNets with random attachments, against timm's layers at the same places of timm's ResNets. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly } from '@senet/core/graph';
import { loadWeights } from '@senet/weights';
import { beforeAll, describe, expect, test } from 'vitest';
import { runNodes, setTestBackend } from '../support/models.js';
import { type Composition, randomComposition } from './compositions.js';
import { integer, randomFor } from './random.js';
import {
  BATCH,
  expectEqual,
  expectWellConditioned,
  randomPictures,
  readTensors,
  readValue,
  sizesOf,
} from './tensors.js';
import { useWorker } from './worker.js';

const { call, folder } = useWorker('torch', 'timm_worker');

const COMPOSITIONS = Array.from({ length: 40 }, (_, i) => randomComposition(`composition ${i}`));

beforeAll(setTestBackend);

describe('attachments compute what timm computes', () => {
  test.each(COMPOSITIONS.map((composition) => [composition.name, composition] as const))('%s', async (name, it) => {
    const { net } = it;
    const made = join(folder, name);
    mkdirSync(made);
    const pictures = randomPictures(made, name, sizesOf(net.config.input.shape));
    const { noise } = await call<{ noise: number }>('make', {
      architecture: it.architecture,
      options: it.options,
      attachments: placesOf(net, it),
      seed: integer(randomFor(name), 0, 2 ** 31),
      image: pictures.file,
      folder: made,
      formats: ['model.safetensors'],
      taps: false,
    });
    const what = `${name}: ${JSON.stringify(net.toJSON())}`;
    expect(net.receipt.attachments.length, what).toBeGreaterThan(0);
    const expected = readValue(join(made, 'outputs.safetensors'), 'logits');
    expectWellConditioned(expected, noise, what);
    const state = loadWeights(net, readTensors(join(made, 'model.safetensors')), { dialect: 'timm' });
    const [logits] = runNodes(net, state, pictures.data, net.graph.outputs, BATCH);
    expectEqual(logits!, expected, noise, what);
  });
});

/** Where the receipt says that something is attached. */
function placesOf({ receipt }: Assembly, { layers }: Composition) {
  return receipt.attachments.map(({ block, label, site, channels }) => {
    return { block, label, site, channels, layer: layers[label]! };
  });
}
