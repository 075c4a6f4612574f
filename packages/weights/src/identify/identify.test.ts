import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import { type Assembly, SenetError, type State } from '@senet/core/graph';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import { identified, identifyWeights, loadWeights, type TensorFile, toTensors } from '../index.js';

const assembler = createAssembler(attentions, backbones);
// biome-ignore lint/suspicious/noExplicitAny: configs of many kinds
const assemble = (config: any) => assembler.assemble(config);

/** A file of the network's keys and shapes, as another library would have written it: without our metadata. */
function fileOf(config: unknown, dialect: string, metadata: TensorFile['metadata'] = {}): TensorFile {
  const net = assemble(config);
  return { metadata, tensors: toTensors(net, blank(net), { dialect }).tensors };
}

function blank({ graph }: Assembly): State {
  return new Map(
    [...graph.parameters.values()].map(({ key, shape }) => [key, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
  );
}

function failure(run: () => unknown): SenetError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SenetError);
    return error as SenetError;
  }
  throw new Error('did not throw');
}

describe('a file tells its network by keys and shapes', () => {
  test.each([
    ['resnet18', 'timm'],
    ['resnet50', 'torchvision', 'timm'],
    ['seresnet50', 'timm'],
    ['legacy_seresnet50', 'caffe', 'timm'],
    ['mobilenetv2_100', 'timm'],
    ['mobilenetv2_100', 'torchvision'],
    ['mobilenetv3_large_torchvision', 'torchvision'],
    ['efficientnet_b1', 'torchvision'],
    ['regnety_004', 'torchvision'],
    ['inception_v3', 'timm'],
    ['resnet50_keras', 'keras'],
    ['inception_v3_keras', 'keras'],
    ['mobilenetv1_keras', 'keras'],
    ['mobilenetv3_small_keras', 'keras'],
    ['efficientnet_b2_keras', 'keras'],
    ['tf_efficientnet_b3', 'lukemelas'],
    ['se_resnet50_seed', 'seed'],
    ['se_mobilenetv2_100', 'timm'],
  ])('%s, in dialect %s', (recipe, dialect, read = dialect) => {
    const found = identified(assembler, fileOf(recipe, dialect));
    const classes = 1000;
    expect(found).toEqual({ recipe, dialect: read, classes, inputChannels: 3, config: { extends: recipe } });
  });

  test('whatever the number of classes and of channels, and the config says them', () => {
    const config = {
      extends: 'mobilenetv1_keras',
      input: { shape: [96, 96, 1], mean: null, std: null },
      head: { classes: 7 },
    };
    const file = fileOf(config, 'keras');
    const found = identified(assembler, file);
    expect(found).toMatchObject({ recipe: 'mobilenetv1_keras', classes: 7, inputChannels: 1 });
    const net = assemble(found.config);
    expect(loadWeights(net, file).size).toBe(net.graph.parameters.size);
    expect(net.config.head).toMatchObject({ classes: 7, activation: 'softmax' });
  });

  test('other weights of another shape are no such number', () => {
    const file = fileOf('resnet18', 'timm');
    const tensors = new Map(file.tensors);
    const bias = tensors.get('fc.bias')!;
    tensors.set('fc.bias', { ...bias, shape: [999], bytes: bias.bytes.subarray(4) });
    expect(identifyWeights(assembler, { ...file, tensors })).toEqual([]);
  });
});

describe('twins of the same keys and shapes', () => {
  const file = fileOf('mobilenetv3_large_100', 'timm');

  test('are refused, and the error says what they are and what to pass', () => {
    expect(identifyWeights(assembler, file).map(({ recipe }) => recipe)).toEqual([
      'mobilenetv3_large_100',
      'tf_mobilenetv3_large_100',
    ]);
    const error = failure(() => identified(assembler, file, { path: 'large.pth' }));
    expect(error).toMatchObject({ code: 'DialectMismatch', path: 'large.pth' });
    expect(error.suggestions).toEqual(['mobilenetv3_large_100', 'tf_mobilenetv3_large_100']);
    for (const words of ['padding: same', 'padding: symmetric', 'epsilon: 1e-3', 'recipe to be named']) {
      expect(error.message).toContain(words);
    }
  });

  test('are told apart by a list of recipes, and by the metadata of our own files', () => {
    const recipes = ['resnet18', 'tf_mobilenetv3_large_100'];
    expect(identified(assembler, file, { recipes }).recipe).toBe('tf_mobilenetv3_large_100');
    const net = assemble('mobilenetv3_large_torchvision');
    const { tensors, metadata = {} } = toTensors(net, blank(net));
    expect(identified(assembler, { tensors, metadata }).recipe).toBe('mobilenetv3_large_torchvision');
  });

  test('where the same network reads alike in two dialects there is no choice', () => {
    const found = identifyWeights(assembler, fileOf('resnet50', 'torchvision'), { recipes: ['resnet50'] });
    expect(found.map(({ dialect }) => dialect)).toEqual(['timm']);
    const named = identified(assembler, fileOf('resnet50', 'torchvision'), { dialect: 'torchvision' });
    expect(named).toMatchObject({ recipe: 'resnet50', dialect: 'torchvision' });
  });
});

describe('nothing that is known', () => {
  test('names the nearest recipe, and what differs from it', () => {
    const file = fileOf('seresnet50', 'timm');
    const tensors = new Map(file.tensors);
    for (const key of ['layer3.4.se.fc1.bias', 'layer3.4.se.fc2.bias']) tensors.delete(key);
    const error = failure(() => identified(assembler, { ...file, tensors }));
    expect(error.code).toBe('WeightsMismatch');
    expect(error.message).toMatch(/nearest is seresnet50, read as dialect timm: 2 missing, 0 unexpected, 0 of another/);
    expect(error.message).toContain('layer3.4.se.fc1.bias');
  });

  test('a trunk without its classifier', () => {
    const file = fileOf({ extends: 'mobilenetv2_100' }, 'torchvision');
    const tensors = new Map([...file.tensors].filter(([key]) => !key.startsWith('classifier')));
    const { message } = failure(() => identified(assembler, { ...file, tensors }));
    expect(message).toMatch(/nearest is mobilenetv2_100, read as dialect torchvision: 2 missing/);
  });

  test('no weights at all, and metadata of a family that there is not', () => {
    const empty = { metadata: {}, tensors: new Map() };
    expect(identifyWeights(assembler, empty)).toEqual([]);
    expect(failure(() => identified(assembler, empty)).code).toBe('WeightsMismatch');
    const strange = { metadata: { 'senet.family': 'capsnet' }, tensors: new Map() };
    expect(failure(() => identified(assembler, strange)).message).toContain('capsnet');
  });

  test('names that are none', () => {
    const file = fileOf('resnet18', 'timm');
    expect(failure(() => identifyWeights(assembler, file, { recipes: ['resnet19'] })).code).toBe('UnknownName');
    expect(failure(() => identifyWeights(assembler, file, { dialect: 'tim' })).code).toBe('UnknownName');
  });
});
