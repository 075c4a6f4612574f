import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import { type Assembly, SenetError } from '@senet/core/graph';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import {
  dialectRegistry,
  loadWeights,
  type RawTensor,
  readSafetensors,
  saveWeights,
  timm,
  toTensors,
} from './index.js';

const assembler = createAssembler(attentions, backbones);
const widths = [8, 16, 24, 32];
const narrow = { widths, depths: [1, 1, 1, 1] };
const timmNet = assembler.assemble({ backbone: { type: 'resnet50', ...narrow }, attach: [{ type: 'se' }] });
const caffeNet = assembler.assemble({
  backbone: { type: 'resnet50', style: 'caffe', ...narrow },
  attach: [{ type: 'se' }],
});
const mobile = assembler.assemble('mobilenetv3_small_100');

function failure(run: () => unknown): SenetError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SenetError);
    return error as SenetError;
  }
  throw new Error('did not throw');
}

function changed(net: Assembly, change: (tensors: Map<string, RawTensor>) => void, dialect?: string) {
  const { tensors } = toTensors(net, net.initialState(1), { dialect });
  const map = new Map(tensors);
  change(map);
  return { metadata: {}, tensors: map };
}

test('kernels stand in torch order: OIHW, and depthwise [c, 1, h, w]', () => {
  const { tensors } = toTensors(mobile, mobile.initialState(0));
  expect(tensors.get('conv_stem.weight')!.shape).toEqual([16, 3, 3, 3]);
  expect(tensors.get('blocks.0.0.conv_dw.weight')!.shape).toEqual([16, 1, 3, 3]);
  expect(tensors.get('classifier.weight')!.shape).toEqual([1000, 1024]);
  expect(tensors.get('bn1.num_batches_tracked')).toMatchObject({ dtype: 'I64', shape: [] });
});

test('every value of a kernel moves to its torch place', () => {
  const key = 'layer2.0.conv2.weight';
  const [h, w, i, o] = timmNet.graph.parameters.get(key)!.shape as [number, number, number, number];
  const state = new Map(timmNet.initialState(0));
  state.set(
    key,
    Float32Array.from({ length: h * w * i * o }, (_, at) => at),
  );
  const { bytes } = toTensors(timmNet, state).tensors.get(key)!;
  const torch = new Float32Array(bytes.slice().buffer);
  for (let oo = 0; oo < o; oo++) {
    for (let ii = 0; ii < i; ii++) {
      for (let at = 0; at < h * w; at++) expect(torch[(oo * i + ii) * h * w + at]).toBe((at * i + ii) * o + oo);
    }
  }
});

describe('strangers are refused', () => {
  test('legacy weights in timm’s network, with a diff that names the keys', () => {
    const bytes = { ...readSafetensors(saveWeights(caffeNet, caffeNet.initialState(0))), metadata: {} };
    const error = failure(() => loadWeights(timmNet, bytes, { path: 'legacy.safetensors' }));
    expect(error.code).toBe('WeightsMismatch');
    expect(error.message).toMatch(/missing in the file: \d+\n {4}conv1\.weight/);
    expect(error.message).toMatch(/unexpected in the file: \d+\n(.*\n)* {4}.*(last_linear|layer0|se_module)/);
  });

  test('timm’s weights in the legacy network', () => {
    const bytes = { ...readSafetensors(saveWeights(timmNet, timmNet.initialState(0))), metadata: {} };
    expect(failure(() => loadWeights(caffeNet, bytes)).code).toBe('WeightsMismatch');
    expect(failure(() => loadWeights(caffeNet, bytes, { dialect: 'caffe' })).code).toBe('WeightsMismatch');
  });

  test('a dialect of another style, with what differs', () => {
    const bytes = {
      ...readSafetensors(saveWeights(caffeNet, caffeNet.initialState(0), { dialect: 'caffe' })),
      metadata: {},
    };
    const error = failure(() => loadWeights(timmNet, bytes, { dialect: 'caffe' }));
    expect(error.code).toBe('DialectMismatch');
    for (const word of ['stride', 'max-pool', 'rounded up', '3×3 (conv2)']) expect(error.message).toContain(word);
    expect(failure(() => loadWeights(mobile, bytes, { dialect: 'seed' })).code).toBe('DialectMismatch');
    expect(failure(() => saveWeights(mobile, mobile.initialState(0), { dialect: 'caffe' })).code).toBe(
      'DialectMismatch',
    );
  });

  test('by the metadata of our own files, though every key and shape should fit', () => {
    const file = readSafetensors(saveWeights(timmNet, timmNet.initialState(0)));
    const posing = { ...file, metadata: { ...file.metadata, 'senet.style': 'caffe' } };
    expect(failure(() => loadWeights(timmNet, posing)).code).toBe('DialectMismatch');
  });

  test('by the epsilon that our own files state, where two networks are alike but for that', () => {
    const theirs = assembler.assemble('mobilenetv3_small_torchvision');
    const file = saveWeights(theirs, theirs.initialState(0));
    expect(loadWeights(theirs, file).size).toBe(theirs.graph.parameters.size);
    const error = failure(() => loadWeights(mobile, file));
    expect(error).toMatchObject({ code: 'DialectMismatch', problem: 'the file is of epsilon 1e-3' });
  });

  test('an unknown dialect, with the nearest names', () => {
    const error = failure(() =>
      loadWeights(
        timmNet,
        changed(timmNet, () => {}),
        { dialect: 'tim' },
      ),
    );
    expect(error).toMatchObject({ code: 'UnknownName', suggestions: ['timm'] });
  });
});

test("'auto' is no dialect's name: it is as if none were given", () => {
  const state = caffeNet.initialState(1);
  const file = readSafetensors(saveWeights(caffeNet, state, { dialect: 'auto' }));
  expect([...file.tensors.keys()].sort()).toEqual([...toTensors(caffeNet, state).tensors.keys()].sort());
  expect(loadWeights(caffeNet, file, { dialect: 'auto' })).toEqual(loadWeights(caffeNet, file));
});

test('two dialects that fit a file and read it differently are no guess of ours', () => {
  const mirrored = {
    ...timm,
    name: 'mirrored',
    layout: { ...timm.layout, fromFile: (v: Float32Array) => v.toReversed() },
  };
  const alike = { ...timm, name: 'alike' };
  const file = changed(timmNet, () => {});
  expect(loadWeights(timmNet, file, { dialects: dialectRegistry(alike) }).size).toBe(timmNet.graph.parameters.size);
  const error = failure(() => loadWeights(timmNet, file, { dialects: dialectRegistry(mirrored) }));
  expect(error).toMatchObject({ code: 'DialectMismatch', expected: 'one of timm, mirrored' });
  expect(loadWeights(timmNet, file, { dialects: dialectRegistry(mirrored), dialect: 'timm' }).size).toBeGreaterThan(0);
});

describe('strictness', () => {
  test('a missing key', () => {
    const error = failure(() =>
      loadWeights(
        timmNet,
        changed(timmNet, (t) => t.delete('layer3.0.se.fc2.bias')),
      ),
    );
    expect(error.message).toContain('missing in the file: 1\n    layer3.0.se.fc2.bias');
  });

  test('an unexpected key', () => {
    const extra: RawTensor = { dtype: 'F32', shape: [1], bytes: new Uint8Array(4) };
    const error = failure(() =>
      loadWeights(
        timmNet,
        changed(timmNet, (t) => t.set('layer9.weight', extra)),
      ),
    );
    expect(error.message).toContain('unexpected in the file: 1\n    layer9.weight');
  });

  test('another shape of the same size', () => {
    const turn = (tensors: Map<string, RawTensor>) => {
      const { dtype, bytes } = tensors.get('fc.weight')!;
      tensors.set('fc.weight', { dtype, bytes, shape: [128, 1000] });
    };
    const error = failure(() => loadWeights(timmNet, changed(timmNet, turn)));
    expect(error.message).toContain('fc.weight: [128, 1000], expected [1000, 128]');
  });

  test('integers count batches, and nothing asks for the count', () => {
    const net = changed(timmNet, (t) => t.delete('bn1.num_batches_tracked'));
    expect(loadWeights(timmNet, net).size).toBe(timmNet.graph.parameters.size);
  });

  test('F16 and BF16 files load as float32', () => {
    for (const dtype of ['F16', 'BF16'] as const) {
      const state = timmNet.initialState(2);
      const loaded = loadWeights(timmNet, saveWeights(timmNet, state, { dtype }));
      const [a, b] = [state.get('conv1.weight')!, loaded.get('conv1.weight')!];
      const largest = Math.max(...a.map(Math.abs));
      const worst = Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / largest;
      expect(worst).toBeGreaterThan(0);
      expect(worst).toBeLessThan(dtype === 'F16' ? 2 ** -10 : 2 ** -7);
    }
  });
});
