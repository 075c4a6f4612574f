/** What the real keras.applications compute from the formula's weights, and how they name and order those. */
import { readFileSync } from 'node:fs';
import type { Assembly, State } from '@senet/core/graph';
import { entriesOf, keras, loadWeights, type RawTensor, type TensorFile, toTensors } from '@senet/weights';
import { beforeAll, describe, expect, test } from 'vitest';
import { sameBits } from './support/bits.js';
import { formulaInput, formulaState } from './support/formula.js';
import { expectLogits, readGolden } from './support/golden.js';
import { assembler, runNodes, setTestBackend } from './support/models.js';

interface KerasGolden {
  readonly g: number;
  readonly input_shape: readonly [number, number, number, number];
  readonly params: { readonly total: number; readonly trainable: number };
  readonly logits: readonly number[];
}

const APPLICATIONS = [
  ['resnet50_keras', 'ResNet50'],
  ['inception_v3_keras', 'InceptionV3'],
  ['mobilenetv1_keras', 'MobileNet'],
  ['mobilenetv2_keras', 'MobileNetV2'],
  ['mobilenetv3_small_keras', 'MobileNetV3Small'],
  ['mobilenetv3_large_keras', 'MobileNetV3Large'],
  ['efficientnet_b0_keras', 'EfficientNetB0'],
] as const;

beforeAll(setTestBackend);

describe.each(APPLICATIONS)('%s', (recipe, application) => {
  const golden = readGolden<KerasGolden>(`keras/golden_app_${application}`);
  const listed = readListing(application);
  const [, height, width, channels] = golden.input_shape;
  const net = assembler.assemble(recipe, { inputShape: [height, width, channels] });
  let state: State;
  beforeAll(() => {
    state = formulaState(net, 'keras', golden.g);
  });

  test("has Keras' parameters, by name, shape and number, in Keras' order", () => {
    const ours = entriesOf(net, keras).map(({ key, shape }) => `${key} ${shape.join('x')}`);
    expect(ours).toEqual(listed.filter(({ input }) => !input).map(({ key, shape }) => `${key} ${shape}`));
    const { total, trainable } = net.plan.params;
    const inputs = listed.filter(({ input }) => input).map(({ shape }) => (shape === 'scalar' ? 1 : Number(shape)));
    const before = inputs.reduce((sum, size) => sum + size, 0);
    expect({ total: total + before, trainable }).toEqual({
      total: golden.params.total,
      trainable: golden.params.trainable,
    });
  });

  test.each(['Keras 3 names', 'counted from another number', 'with :0', 'numbered paths'] as const)(
    'reads its weights: %s',
    (way) => {
      const saved = toTensors(net, state, { dialect: 'keras' }).tensors;
      const names = renamed(listed, way);
      const file = fileOf([...saved].map(([key, tensor]) => [names.get(key)!, tensor] as const));
      expectSame(net, loadWeights(net, file), state);
      expectSame(net, loadWeights(net, file, { dialect: 'keras' }), state);
    },
  );

  test('gives its logits', () => {
    const classifier = net.graph.nodes.findLast(({ op }) => op === 'dense')!.name;
    const input = formulaInput(height, width, channels, 'nhwc');
    const [logits] = runNodes(net, state, input, [classifier]);
    expectLogits(logits!.data, golden.logits, 'logits');
  });
});

describe('where maps have odd sizes', () => {
  const { applications } = readGolden<{ applications: Record<string, { size: number; g: number; logits: number[] }> }>(
    'keras/odd_sizes',
  );
  test.each([...APPLICATIONS, ['efficientnet_b1_keras', 'EfficientNetB1'] as const])('%s', (recipe, application) => {
    const { size, g, logits } = applications[application]!;
    const net = assembler.assemble(recipe, { inputShape: [size, size, 3] });
    const classifier = net.graph.nodes.findLast(({ op }) => op === 'dense')!.name;
    const [value] = runNodes(net, formulaState(net, 'keras', g), formulaInput(size, size, 3, 'nhwc'), [classifier]);
    expectLogits(value!.data.subarray(0, logits.length), logits, 'logits');
  });
});

interface Listed {
  readonly key: string;
  readonly shape: string;
  readonly type: string;
  readonly keras3: string;
  /** Of the layer that prepares images, which is no part of the network here. */
  readonly input: boolean;
}

function readListing(application: string): Listed[] {
  const text = readFileSync(new URL(`./goldens/keras/app_${application}.tsv`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [key, shape, , type, keras3] = line.split('\t') as [string, string, string, string, string];
      return { key, shape, type, keras3, input: type === 'Normalization' };
    });
}

/** Keras 2.15's key → the name in files of other making. */
function renamed(listed: readonly Listed[], way: string): Map<string, string> {
  if (way === 'Keras 3 names') return new Map(listed.map(({ key, keras3 }) => [key, keras3]));
  if (way === 'with :0') return new Map(listed.map(({ key }) => [key, `${key}:0`]));
  if (way === 'numbered paths') return numberedPaths(listed);
  const later = (_: string, name: string, number = '0') => `${name}_${Number(number) + 94}/`;
  return new Map(listed.map(({ key }) => [key, key.replace(/^(conv2d|batch_normalization)(?:_(\d+))?\//, later)]));
}

/** As `.weights.h5` files of Keras 3 have them: by class, and by order in the model. */
function numberedPaths(listed: readonly Listed[]): Map<string, string> {
  const layers = new Map<string, { path: string; variables: number }>();
  const ofClass = new Map<string, number>();
  return new Map(
    listed.map(({ key, type }) => {
      const layer = key.slice(0, key.lastIndexOf('/'));
      if (!layers.has(layer)) {
        const number = ofClass.get(type) ?? 0;
        ofClass.set(type, number + 1);
        const name = type.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
        layers.set(layer, { path: `layers/${number === 0 ? name : `${name}_${number}`}/vars`, variables: 0 });
      }
      const place = layers.get(layer)!;
      return [key, `${place.path}/${place.variables++}`];
    }),
  );
}

function fileOf(tensors: Iterable<readonly [string, RawTensor]>): TensorFile {
  return { metadata: {}, tensors: new Map(tensors) };
}

function expectSame(net: Assembly, loaded: State, state: State): void {
  expect(loaded.size).toBe(net.graph.parameters.size);
  for (const [key, values] of state) expect(sameBits(loaded.get(key), values), key).toBe(true);
}
