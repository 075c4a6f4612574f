/** Every dialect with every family it takes: out and back to equal bits; and strangers refused. */
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import { type Assembly, fnv1a, SenetError, type State } from '@senet/core/graph';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import { sameBits } from '../../../../test/support/bits.js';
import { loadWeights, readSafetensors, saveWeights, type TensorFile, toTensors } from '../index.js';

const assembler = createAssembler(attentions, backbones);
const shape = [32, 32, 3];
const narrow = { widths: [8, 16], depths: [2, 1] };
const thin = { width: 0.25 };
const head = { type: 'classifier', classes: 5 };
const se = [{ type: 'se', ratio: 4 }];

// biome-ignore lint/suspicious/noExplicitAny: configs of many kinds
const network = (config: any): Assembly => assembler.assemble({ input: { shape }, head, ...config });
const resnet = (style: string, type = 'resnet50') => network({ backbone: { type, style, ...narrow }, attach: se });
const keras = { padding: 'keras', epsilon: 1e-3 };
const tensorflow = { padding: 'same', epsilon: 1e-3 };

const NETWORKS = {
  'resnet timm': resnet('timm'),
  'resnet18 timm': resnet('timm', 'resnet18'),
  'resnet caffe': resnet('caffe'),
  'resnet seed': resnet('seed'),
  'resnet keras': resnet('keras'),
  'inception timm': network({ backbone: 'inception_v3', input: { shape: [75, 75, 3] } }),
  'inception keras': network({ backbone: { type: 'inception_v3', style: 'keras' }, input: { shape: [75, 75, 3] } }),
  'mobilenetv1 timm': network({ backbone: { type: 'mobilenetv1', ...thin } }),
  'mobilenetv1 keras': network({ backbone: { type: 'mobilenetv1', ...thin, ...keras } }),
  'mobilenetv2 timm': network({ backbone: { type: 'mobilenetv2', ...thin }, attach: se }),
  'mobilenetv2 keras': network({ backbone: { type: 'mobilenetv2', ...thin, ...keras }, attach: se }),
  'mobilenetv3 timm': network({ extends: 'mobilenetv3_small_100' }),
  'mobilenetv3 torchvision': network({ extends: 'mobilenetv3_small_torchvision' }),
  'mobilenetv3 keras': network({ extends: 'mobilenetv3_small_keras' }),
  'efficientnet timm': network({ extends: 'efficientnet_b0', backbone: thin }),
  'efficientnet tensorflow': network({ extends: 'efficientnet_b1', backbone: { ...thin, ...tensorflow } }),
  'efficientnet keras': network({ extends: 'efficientnet_b1_keras', backbone: thin }),
  'ghostnet timm': network({ extends: 'ghostnet_050' }),
  'regnet timm': network({ extends: 'regnety_002' }),
};
type Name = keyof typeof NETWORKS;

/** What each dialect takes; timm takes all. */
const TAKES: Readonly<Record<string, readonly Name[]>> = {
  timm: Object.keys(NETWORKS) as Name[],
  torchvision: [
    'resnet timm',
    'resnet18 timm',
    'inception timm',
    'mobilenetv2 timm',
    'mobilenetv3 torchvision',
    'efficientnet timm',
    'regnet timm',
  ],
  caffe: ['resnet caffe'],
  seed: ['resnet seed'],
  keras: [
    'resnet keras',
    'inception keras',
    'mobilenetv1 keras',
    'mobilenetv2 keras',
    'mobilenetv3 keras',
    'efficientnet keras',
  ],
  lukemelas: ['efficientnet tensorflow'],
};
const PAIRS = Object.entries(TAKES).flatMap(([dialect, names]) => names.map((name) => [dialect, name] as const));
const STRANGERS = Object.entries(TAKES).flatMap(([dialect, names]) =>
  (Object.keys(NETWORKS) as Name[]).filter((name) => !names.includes(name)).map((name) => [dialect, name] as const),
);

/** Values that differ from place to place and from parameter to parameter. */
function stateOf({ graph }: Assembly): State {
  return new Map(
    [...graph.parameters.values()].map(({ key, shape }) => {
      const [values, start] = [new Float32Array(shape.reduce((a, b) => a * b, 1)), fnv1a(key) % 9973];
      for (let i = 0; i < values.length; i++) values[i] = ((start + i * 7919) % 99991) / 99991;
      return [key, values];
    }),
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

const anonymous = (net: Assembly, dialect: string): TensorFile => ({
  metadata: {},
  tensors: toTensors(net, stateOf(net), { dialect }).tensors,
});

test.each(PAIRS)('%s, %s: load → save → load is bit-equal, and the keys alone tell the dialect', (dialect, name) => {
  const net = NETWORKS[name];
  const state = stateOf(net);
  const bytes = saveWeights(net, state, { dialect });
  const loaded = loadWeights(net, bytes, { dialect });
  expect([...loaded.keys()].sort()).toEqual([...state.keys()].sort());
  for (const [key, values] of state) expect(sameBits(loaded.get(key), values), key).toBe(true);
  expect(Buffer.compare(saveWeights(net, loaded, { dialect }), bytes)).toBe(0);
  const found = loadWeights(net, { ...readSafetensors(bytes), metadata: {} });
  for (const [key, values] of state) expect(sameBits(found.get(key), values), key).toBe(true);
});

test.each(STRANGERS)('%s refuses %s, and says what it would compute otherwise', (dialect, name) => {
  const net = NETWORKS[name];
  const empty: TensorFile = { metadata: {}, tensors: new Map() };
  for (const run of [() => loadWeights(net, empty, { dialect }), () => saveWeights(net, stateOf(net), { dialect })]) {
    const error = failure(run);
    expect(error.code).toBe('DialectMismatch');
    expect(error.expected).toMatch(new RegExp(`this is an? ${net.identity.family} of style ${net.identity.style}`));
    const words = error.expected!.split('this is')[0]!;
    expect(words).toMatch(/padding: .*epsilon: 1(\.001)?e-[35]/);
    if (dialect === 'caffe' || dialect === 'seed') expect(words).toMatch(/stride: .*max-pool: /);
  }
});

describe("another ecosystem's file is refused though nobody named its dialect", () => {
  test.each([
    ['keras', 'mobilenetv2 keras', 'mobilenetv2 timm'],
    ['keras', 'mobilenetv3 keras', 'mobilenetv3 timm'],
    ['keras', 'efficientnet keras', 'efficientnet timm'],
    ['keras', 'inception keras', 'inception timm'],
    ['torchvision', 'mobilenetv3 torchvision', 'mobilenetv3 timm'],
    ['lukemelas', 'efficientnet tensorflow', 'efficientnet timm'],
    ['caffe', 'resnet caffe', 'resnet timm'],
  ] as const)("%s' %s for %s", (dialect, from, to) => {
    expect(failure(() => loadWeights(NETWORKS[to], anonymous(NETWORKS[from], dialect))).code).toBe('WeightsMismatch');
    const marked = saveWeights(NETWORKS[from], stateOf(NETWORKS[from]), { dialect });
    expect(failure(() => loadWeights(NETWORKS[to], marked)).code).toBe('DialectMismatch');
  });
});

test("two of a file's tensors that come to the same name are no file of Keras'", () => {
  const net = NETWORKS['mobilenetv1 keras'];
  const file = anonymous(net, 'keras');
  const tensors = new Map([...file.tensors, ['conv_dw_1/kernel', file.tensors.get('conv_dw_1/depthwise_kernel')!]]);
  const error = failure(() => loadWeights(net, { metadata: {}, tensors }));
  expect(error.message).toContain('unexpected in the file: 1\n    conv_dw_1/kernel');
});
