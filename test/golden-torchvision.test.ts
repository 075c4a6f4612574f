/** What the real torchvision computes from the formula's weights, and how it names those. */
import { readFileSync } from 'node:fs';
import type { State } from '@senet/core/graph';
import { entriesOf, loadWeights, torchvision, toTensors } from '@senet/weights';
import { beforeAll, describe, expect, test } from 'vitest';
import { sameBits } from './support/bits.js';
import { formulaInput, formulaState } from './support/formula.js';
import { expectLogits, readGolden } from './support/golden.js';
import { assembler, runNodes, setTestBackend } from './support/models.js';

interface TorchvisionGolden {
  readonly size: number;
  readonly gain: number;
  readonly logits: readonly number[];
}

const MODELS = [
  ['resnet18', 'resnet18'],
  ['resnet50', 'resnet50'],
  ['resnext50_32x4d', 'resnext50_32x4d'],
  ['mobilenet_v2', 'mobilenetv2_100'],
  ['mobilenet_v3_small', 'mobilenetv3_small_torchvision'],
  ['mobilenet_v3_large', 'mobilenetv3_large_torchvision'],
  ['efficientnet_b0', 'efficientnet_b0'],
  ['efficientnet_b1', 'efficientnet_b1'],
  ['efficientnet_b2', 'efficientnet_b2'],
  ['efficientnet_b3', 'efficientnet_b3'],
  ['efficientnet_b4', 'efficientnet_b4'],
  ['inception_v3', 'inception_v3'],
  ['regnet_y_400mf', 'regnety_004'],
] as const;
const COMPUTED = MODELS.filter(([model]) => !/^(resnet50|resnext|efficientnet_b[1-4])/.test(model));

beforeAll(setTestBackend);

describe.each(MODELS)("torchvision's %s (%s)", (model, recipe) => {
  const net = assembler.assemble(recipe);
  const listed = readKeys(model);

  test('has its parameters, by name and shape', () => {
    const ours = entriesOf(net, torchvision).map(({ key, shape }) => `${key} ${shape.join('x')}`);
    expect(ours.sort()).toEqual(listed.filter((line) => !torchvision.ignores!(line.split(' ')[0]!)).sort());
  });

  test('is saved with every key that torch asks for', () => {
    const zeros: State = new Map([...net.graph.parameters.values()].map(({ key, shape }) => [key, blank(shape)]));
    const { tensors } = toTensors(net, zeros, { dialect: 'torchvision' });
    const keys = listed.map((line) => line.split(' ')[0]!);
    expect([...tensors.keys()].sort()).toEqual(keys.filter((key) => !key.startsWith('AuxLogits.')).sort());
  });
});

describe.each(COMPUTED)("torchvision's %s (%s)", (model, recipe) => {
  const { size, gain, logits } = readGolden<TorchvisionGolden>(`torchvision/${model}`);
  const net = assembler.assemble(recipe, { inputShape: [size, size, 3] });
  let state: State;
  beforeAll(() => {
    state = formulaState(net, 'torchvision', gain);
  });

  test(`gives its logits at ${size}`, () => {
    const [value] = runNodes(net, state, formulaInput(size, size, 3, 'nchw'), net.graph.outputs);
    expectLogits(value!.data, logits, 'logits');
  });

  test('reads its file, whatever helps training stands beside', () => {
    const { tensors } = toTensors(net, state, { dialect: 'torchvision' });
    const beside = new Map([...tensors, ['AuxLogits.conv0.conv.weight', tensors.values().next().value!]]);
    const file = { metadata: {}, tensors: model === 'inception_v3' ? beside : tensors };
    const loaded = loadWeights(net, file, { dialect: 'torchvision' });
    for (const [key, values] of state) expect(sameBits(loaded.get(key), values), key).toBe(true);
  });
});

function readKeys(model: string): string[] {
  const text = readFileSync(new URL(`./goldens/torchvision/${model}.tsv`, import.meta.url), 'utf8');
  const lines = text.trim().split('\n').slice(1);
  return lines.map((line) => line.replace('\t', ' '));
}

function blank(shape: readonly number[]): Float32Array {
  return new Float32Array(shape.reduce((product, size) => product * size, 1));
}
