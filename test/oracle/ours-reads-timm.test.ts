/** Networks that timm made and PyTorch saved, opened by this library. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadWeights } from '@senet/weights';
import { readWeightsFile } from '@senet/weights/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { runNodes, setTestBackend, toNchw } from '../support/models.js';
import { atSmallSize, type Config, recipesFor } from './networks.js';
import { integer, randomFor } from './random.js';
import {
  BATCH,
  differingKeys,
  expectEqual,
  expectWellConditioned,
  randomPictures,
  readValue,
  sizesOf,
} from './tensors.js';
import { useWorker } from './worker.js';

const { call, folder } = useWorker('torch', 'timm_worker');

const FORMATS = ['model.safetensors', 'model.pth', 'legacy.pth', 'checkpoint.pth.tar'];
const CASES = recipesFor('recipes that are read', 3).map(
  (name) => [name, atSmallSize(name as Config, `reading ${name}`)] as const,
);

beforeAll(setTestBackend);

describe("timm's weights give timm's logits and features", () => {
  test.each(CASES)('%s', async (name, net) => {
    const made = join(folder, name);
    mkdirSync(made);
    const pictures = randomPictures(made, `reading ${name}`, sizesOf(net.config.input.shape));
    const theirs = await call<{ noise: number; taps: number }>('make', {
      architecture: name,
      options: {},
      attachments: [],
      seed: integer(randomFor(name), 0, 2 ** 31),
      image: pictures.file,
      folder: made,
      formats: FORMATS,
      taps: true,
    });
    const output = (what: string) => readValue(join(made, 'outputs.safetensors'), what);
    expectWellConditioned(output('logits'), theirs.noise, name);

    const files = await Promise.all(FORMATS.map((format) => readWeightsFile(join(made, format))));
    const [state, ...others] = files.map((file, i) => loadWeights(net, file, { path: FORMATS[i]! }));
    for (const [i, other] of others.entries()) expect(differingKeys(other, state!), FORMATS[i + 1]).toEqual([]);

    expect(net.taps.length).toBe(theirs.taps);
    const outputs = [...new Set([...net.graph.outputs, ...net.taps])];
    const values = runNodes(net, state!, pictures.data, outputs, BATCH);
    const valueAt = (node: string) => values[outputs.indexOf(node)]!;
    expectEqual(valueAt(net.graph.outputs[0]!), output('logits'), theirs.noise, 'logits');
    for (const [i, tap] of net.taps.entries())
      expectEqual(toNchw(valueAt(tap)), output(`tap ${i}`), theirs.noise, `tap ${i}`);
  });
});
