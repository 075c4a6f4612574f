import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { toFloat32 } from './tensor.js';
import { readTfjs, tfjs } from './tfjs.js';

interface Weight {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: string;
  readonly quantization?: object;
}

/** A model.json with these weights in these files. */
function source(weights: Weight[], shards: Record<string, Uint8Array>, extra: object = {}) {
  const manifest = [{ paths: Object.keys(shards), weights }];
  return sourceOf({ weightsManifest: manifest, ...extra }, shards);
}

function sourceOf(json: unknown, shards: Record<string, Uint8Array>) {
  const sibling = async (name: string) => {
    const shard = shards[name];
    if (!shard) throw new Error(`no ${name} here`);
    return shard;
  };
  return { bytes: new TextEncoder().encode(JSON.stringify(json)), path: 'model.json', sibling };
}

const F32: Weight = { name: 'a/kernel', shape: [2], dtype: 'float32' };

test('a layers model as TensorFlow.js saves it, its values cut into files anywhere', async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [8, 8, 2], name: 'conv' }),
      tf.layers.batchNormalization({ name: 'bn' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4, name: 'head' }),
    ],
  });
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  const values = new Uint8Array(saved!.weightData as ArrayBuffer);
  const shards = { one: values.slice(0, 101), two: values.slice(101, 102), three: values.slice(102) };
  const format = { format: saved!.format, generatedBy: saved!.generatedBy, convertedBy: null };
  const { tensors, metadata } = await readTfjs(source(saved!.weightSpecs as Weight[], shards, format));
  expect([...tensors.keys()].sort()).toEqual(model.weights.map(({ originalName }) => originalName).sort());
  for (const weight of model.weights) {
    const tensor = tensors.get(weight.originalName)!;
    expect(tensor.shape).toEqual(weight.shape);
    expect([...toFloat32(tensor, '')]).toEqual([...weight.read().dataSync()]);
  }
  expect(metadata).toEqual({ 'tfjs.format': 'layers-model', 'tfjs.generatedBy': saved!.generatedBy });
  model.dispose();
});

describe('every way to store values', () => {
  const bytes = Uint8Array.from({ length: 24 }, (_, i) => (i * 37) % 251);
  const cases: Weight[] = [
    { name: 'float32', shape: [2, 3], dtype: 'float32' },
    { name: 'int32', shape: [6], dtype: 'int32' },
    { name: 'bool', shape: [24], dtype: 'bool' },
    { name: 'uint8 → float32', shape: [24], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -3 } },
    {
      name: 'uint16 → float32',
      shape: [12],
      dtype: 'float32',
      quantization: { dtype: 'uint16', scale: 1e-3, min: -1 },
    },
    { name: 'uint8 → int32', shape: [4, 6], dtype: 'int32', quantization: { dtype: 'uint8', scale: 2.5, min: -9 } },
    { name: 'float16', shape: [12], dtype: 'float32', quantization: { dtype: 'float16' } },
  ];

  test.each(cases)('$name, as TensorFlow.js reads it', async (weight) => {
    const { tensors } = await readTfjs(source([weight], { values: bytes.slice() }));
    const expected = tf.io.decodeWeights(bytes.buffer.slice(0), [weight as tf.io.WeightsManifestEntry])[weight.name]!;
    const tensor = tensors.get(weight.name)!;
    expect(tensor.shape).toEqual(expected.shape);
    const values = [...expected.dataSync()].map((value) => (weight.dtype === 'bool' ? Number(value !== 0) : value));
    expect([...toFloat32(tensor, '')]).toEqual(values.map(Math.fround));
    expected.dispose();
  });
});

test('several groups, a bare manifest, a group of nothing', async () => {
  const group = (name: string, file: string) => ({ paths: [file], weights: [{ ...F32, name }] });
  const nothing = { paths: [], weights: [{ name: 'none', shape: [0, 2], dtype: 'float32' }] };
  const manifest = [group('a', 'x'), nothing, group('b', 'y')];
  const { tensors, metadata } = await readTfjs(
    sourceOf(manifest, { x: new Uint8Array(8), y: Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64) }),
  );
  expect([...tensors.keys()]).toEqual(['a', 'none', 'b']);
  expect([...toFloat32(tensors.get('b')!, '')]).toEqual([1, 2]);
  expect(metadata).toEqual({});
});

test.each([
  ['{ "weightsManifest": [] }', true],
  [' [{"paths":[],"weights":[]}]', true],
  ['{ "format": 1 }', false],
  ['[1]', false],
  ['PK', false],
  ['', false],
])('%j is recognized: %s', (text, expected) => {
  expect(tfjs.recognizes(Buffer.from(text))).toBe(expected);
});

describe('readTfjs refuses', () => {
  const one = { x: new Uint8Array(8) };
  const withWeight = (change: object) => source([{ ...F32, ...change }], one);
  const withPath = (file: unknown) => sourceOf({ weightsManifest: [{ paths: [file], weights: [F32] }] }, one);

  test.each<[string, ReturnType<typeof source>, string]>([
    ['no JSON', { ...source([F32], one), bytes: Buffer.from('{"weightsManifest":') }, 'model.json: this is no JSON'],
    ['no manifest', sourceOf({}, {}), 'there is no weightsManifest'],
    ['a group without files', sourceOf([{ weights: [] }], {}), 'a group without files or weights'],
    ['a group that is null', sourceOf([null], {}), 'a group without files or weights'],
    ['a file in another folder', withPath('../x'), 'weights in "../x"'],
    ['an absolute path', withPath('/etc/passwd'), 'weights in "/etc/passwd"'],
    ['another origin', withPath('http://x'), 'weights in "http://x"'],
    ['a file that is no name', withPath(1), 'weights in 1'],
    ['a file twice', sourceOf([{ paths: ['x', 'x'], weights: [] }], one), "the file 'x' is there twice"],
    ['a weight twice', source([F32, F32], one), "the weight 'a/kernel' is there twice"],
    ['a weight without a name', withWeight({ name: '' }), 'a weight without a name'],
    ['strings', withWeight({ dtype: 'string' }), 'model.json: a/kernel: the dtype "string"'],
    ['no dtype', withWeight({ dtype: undefined }), 'the dtype is missing'],
    ['a negative axis', withWeight({ shape: [-1] }), 'no tensor can have this shape'],
    ['a shape that is none', withWeight({ shape: '2' }), 'no tensor can have this shape'],
    ['axes that are no numbers', withWeight({ shape: ['2'] }), 'no tensor can have this shape'],
    ['a huge shape', withWeight({ shape: [2 ** 50] }), "model.json: x: the group's files end after 8 bytes"],
    ['too many values', withWeight({ shape: [1] }), 'model.json: x: it ends at byte 8 of its group; expected 4'],
    ['values quantized to int8', withWeight({ quantization: { dtype: 'int8' } }), 'the dtype "int8"'],
    ['no scale', withWeight({ quantization: { dtype: 'uint8', min: 0 } }), 'without scale or min'],
    ['quantized booleans', withWeight({ dtype: 'bool', quantization: { dtype: 'float16' } }), 'a quantized bool'],
    [
      'half floats for integers',
      withWeight({ shape: [4], dtype: 'int32', quantization: { dtype: 'float16' } }),
      'half',
    ],
  ])('%s', async (_, given, message) => {
    await expect(readTfjs(given)).rejects.toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
    await expect(readTfjs(given)).rejects.toThrow(message);
  });

  test('files that cannot be had, by name', async () => {
    const { sibling, ...alone } = source([F32], one);
    await expect(readTfjs(alone)).rejects.toMatchObject({ code: 'FileUnreadable', path: 'model.json: x' });
    const missing = withPath('gone.bin');
    await expect(readTfjs({ ...missing, sibling })).rejects.toThrow('model.json: gone.bin: no gone.bin here');
  });
});
