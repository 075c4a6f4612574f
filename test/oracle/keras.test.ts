/** Networks of keras.applications, of Keras 2 on TensorFlow and of Keras 3 on PyTorch: read, and written. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly, State } from '@senet/core/graph';
import { formatRegistry, loadWeights, toTensors } from '@senet/weights';
import { readWeightsFile } from '@senet/weights/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { assembler, runNodes, setTestBackend } from '../support/models.js';
import type { Config } from './networks.js';
import { integer, randomFor } from './random.js';
import { BATCH, differingKeys, expectEqual, expectWellConditioned, randomPictures, readValue } from './tensors.js';
import { useWorker } from './worker.js';

const NONE = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };
const HALVES = { scale: 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const IMAGENET = { scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** Recipe, network of keras.applications, smallest side, what that does to pixels. */
const NETWORKS = [
  ['resnet50_keras', 'ResNet50', 33, NONE],
  ['inception_v3_keras', 'InceptionV3', 75, NONE],
  ['mobilenetv1_keras', 'MobileNet', 33, NONE],
  ['mobilenetv2_keras', 'MobileNetV2', 33, NONE],
  ['mobilenetv3_small_keras', 'MobileNetV3Small', 33, HALVES],
  ['mobilenetv3_large_keras', 'MobileNetV3Large', 33, HALVES],
  ['efficientnet_b0_keras', 'EfficientNetB0', 33, IMAGENET],
] as const;

const CLASSES = 10;
/** How far the float32 of Keras itself is off is not known here: {@link toleranceOf} then gives 1e-4. */
const NOISE = 0;

beforeAll(setTestBackend);

const KERAS_2 = { workshop: useWorker('keras2', 'keras_worker'), formats: ['weights.h5', 'model.h5'] };
const KERAS_3 = {
  workshop: useWorker('torch', 'keras_worker', { KERAS_BACKEND: 'torch' }),
  formats: ['model.weights.h5', 'model.keras', 'model.h5'],
};

describe.each([
  ['Keras 2', KERAS_2],
  ['Keras 3', KERAS_3],
] as const)('%s', (version, { workshop, formats }) => {
  test.each(NETWORKS)('%s', async (recipe, application, smallest, preparation) => {
    const purpose = `${recipe} of ${version}`;
    const { call, folder } = workshop;
    const made = join(folder, recipe);
    mkdirSync(made);
    const random = randomFor(purpose);
    const shape = [integer(random, smallest, smallest + 20), integer(random, smallest, smallest + 20), 3];
    const net = assembler.assemble(configOf(recipe), { inputShape: shape });
    const network = { application, shape, classes: CLASSES };
    const pixels = preparation.scale === 255 ? { size: 60, centre: 127.5 } : {};
    const given = randomPictures(made, purpose, shape, pixels);
    const seed = integer(random, 0, 2 ** 31);
    const { mean, std } = preparation;
    await call('make', { ...network, seed, image: given.file, mean, std, folder: made, formats });
    const expected = readValue(join(made, 'outputs.safetensors'), 'probabilities');

    const files = await Promise.all(formats.map((format) => readWeightsFile(join(made, format))));
    const [state, ...others] = files.map((file, i) =>
      loadWeights(net, file, { dialect: 'keras', path: formats[i]! }),
    ) as [State, ...State[]];
    for (const [i, other] of others.entries()) expect(differingKeys(other, state), formats[i + 1]).toEqual([]);
    expectWellConditioned(expected, NOISE, purpose);
    const [ours] = runNodes(net, state, prepare(given.data, preparation), net.graph.outputs, BATCH);
    expectEqual(ours!, expected, NOISE, purpose);

    const path = join(made, 'ours.h5');
    await saveKeras(net, state, path);
    await call('load', { ...network, image: given.file, path, folder: made });
    const theirs = readValue(join(made, 'outputs.safetensors'), 'probabilities');
    expectEqual(ours!, theirs, NOISE, `${purpose}, our file`);
  });
});

function configOf(recipe: string): Config {
  return { extends: recipe, head: { type: 'classifier', classes: CLASSES, activation: 'softmax' } } as Config;
}

/** How a network of Keras turns pixels into what its first convolution reads: (x / scale − mean) / std. */
interface Preparation {
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

function prepare(data: Float32Array, { scale, mean, std }: Preparation): Float32Array {
  return data.map((value, i) => (value / scale - mean[i % 3]!) / std[i % 3]!);
}

async function saveKeras(net: Assembly, state: State, path: string): Promise<void> {
  const { metadata = {}, tensors } = toTensors(net, state, { dialect: 'keras' });
  writeFileSync(path, await formatRegistry().get('hdf5').write!({ metadata, tensors }));
}
