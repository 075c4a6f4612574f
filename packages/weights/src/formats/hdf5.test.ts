import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readHdf5 } from './hdf5/keras-file.js';
import { writeLegacy } from './hdf5/keras-writer.js';
import { hdf5 } from './hdf5.js';
import { DTYPE_BYTES, DTYPES, fromFloat32, type RawTensor, type TensorFile, toFloat32 } from './tensor.js';
import { writeZip } from './zip.js';

const GOLDENS = new URL('../../../../test/goldens/hdf5/', import.meta.url);
const golden = (name: string) => new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.gz`, GOLDENS))));
const read = (name: string) => hdf5.read({ bytes: golden(name), path: name });

interface Expected {
  readonly key: string;
  readonly shape: number[];
  readonly sha256: string;
}
const expected = (keras: string): Expected[] => JSON.parse(readFileSync(new URL(`${keras}.json`, GOLDENS), 'utf8'));

const digest = (tensor: RawTensor) => createHash('sha256').update(toFloat32(tensor, '')).digest('hex');
const summary = ({ tensors }: TensorFile): Expected[] =>
  [...tensors].map(([key, tensor]) => ({ key, shape: [...tensor.shape], sha256: digest(tensor) }));
const byKey = (entries: Expected[]) => [...entries].sort((a, b) => (a.key < b.key ? -1 : 1));

describe('files of Keras itself', () => {
  test.each([
    ['keras2', 'legacy.h5', { 'keras.layout': 'legacy', keras_version: '2.15.0', backend: 'tensorflow' }],
    ['keras2', 'full.h5', { 'keras.layout': 'model', keras_version: '2.15.0', backend: 'tensorflow' }],
    ['keras2', 'keras', { 'keras.layout': 'keras', 'keras.names': 'layers', keras_version: '2.15.0' }],
    ['keras3', 'full.h5', { 'keras.layout': 'model', keras_version: '3.15.1', backend: 'tensorflow' }],
    ['keras3', 'keras', { 'keras.layout': 'keras', 'keras.names': 'layers', keras_version: '3.15.1' }],
  ])('%s.%s: names, order, shapes and values', async (keras, layout, metadata) => {
    const file = await read(`${keras}.${layout}`);
    expect(summary(file)).toEqual(expected(keras));
    expect(file.metadata).toMatchObject(metadata);
  });

  test('keras3.weights.h5 names its layers: all but their order is known', async () => {
    const file = await read('keras3.weights.h5');
    expect(byKey(summary(file))).toEqual(byKey(expected('keras3')));
    expect(file.metadata).toMatchObject({ 'keras.layout': 'weights', 'keras.names': 'layers' });
  });

  test('keras2.weights.h5 names no layers: its tensors keep their paths, numbered ones in order', async () => {
    const { tensors, metadata } = await read('keras2.weights.h5');
    expect(metadata).toMatchObject({ 'keras.layout': 'weights', 'keras.names': 'paths' });
    expect([...tensors.keys()].filter((key) => key.endsWith('/0'))).toEqual([
      'layers/batch_normalization/vars/0',
      'layers/batch_normalization_1/vars/0',
      'layers/batch_normalization_2/vars/0',
      'layers/conv2d/vars/0',
      'layers/conv2d_1/vars/0',
      'layers/dense/vars/0',
      'layers/depthwise_conv2d/vars/0',
    ]);
    const named = await read('keras2.keras');
    expect(digest(tensors.get('layers/batch_normalization_2/vars/3')!)).toBe(
      digest(named.tensors.get('batch_normalization_1/moving_variance')!),
    );
  });

  test.each(['keras2', 'keras3'])('%s: a model in a model, from its archive as from its .h5', async (keras) => {
    const [archive, whole] = [await read(`${keras}.nested.keras`), await read(`${keras}.nested.h5`)];
    expect(byKey(summary(archive))).toEqual(byKey(summary(whole)));
    expect(archive.metadata['keras.layers']).toBe('["inner","layer_normalization","p_re_lu"]');
    // In an .h5 file a model's statistics come last, as Keras fills them in.
    const again = await hdf5.read({ bytes: await hdf5.write!(archive), path: 'again' });
    expect(summary(again)).toEqual(summary(whole));
  });

  test.each(['keras2.legacy.h5', 'keras3.keras'])('%s is recognized', (name) => {
    expect(hdf5.recognizes(golden(name))).toBe(true);
    expect(hdf5.recognizes(new Uint8Array(4))).toBe(false);
  });
});

describe('a .keras archive', () => {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const layer = { class_name: 'Dense', config: { name: 'head', use_bias: true } };
  const archive = (layers: unknown, more: Record<string, Uint8Array> = {}) =>
    writeZip(
      new Map(
        Object.entries({
          'metadata.json': json({ keras_version: '3.0.0' }),
          'config.json': json({ class_name: 'Functional', config: { layers } }),
          'model.weights.h5': golden('keras2.weights.h5'),
          ...more,
        }),
      ),
    );
  const message = async (bytes: Uint8Array) => {
    const error = await hdf5.read({ bytes, path: 'a.keras' }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'FileInvalid' });
    return (error as Error).message;
  };

  test.each<[string, Uint8Array, RegExp]>([
    ['no weights', writeZip(new Map([['config.json', json({})]])), /metadata\.json is missing/],
    ['JSON that is none', archive([], { 'config.json': json('').subarray(0, 1) }), /config\.json: this is no JSON/],
    ['no version', archive([], { 'metadata.json': json({ keras_version: 3 }) }), /no keras_version/],
    ['a model without layers', archive({}), /the model lists no layers/],
    ['a layer without a name', archive([{ class_name: 'Dense', config: {} }]), /a layer without class or name/],
    ['weights of another model', archive([layer]), /config\.json has no layer for 'batch_normalization'/],
    ['models without end', archive(nested(20)), /models without end/],
  ])('refuses %s', async (_, bytes, expectedMessage) => {
    expect(await message(bytes)).toMatch(expectedMessage);
  });

  function nested(depth: number): unknown[] {
    return depth === 0 ? [layer] : [{ class_name: 'Functional', config: { name: 'inner', layers: nested(depth - 1) } }];
  }
});

describe('files of h5py', () => {
  const { tensors, metadata } = readHdf5(golden('types.h5'), 'types.h5');
  const values = (name: string) => [...toFloat32(tensors.get(name)!, name)];
  const ramp = [0, 1, 2, 3, 4, 5];

  test.each(['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8'])('%s of both byte orders', (kind) => {
    expect(values(`little/${kind}`)).toEqual(ramp);
    expect(values(`big/${kind}`)).toEqual(ramp);
    expect(tensors.get(`big/${kind}`)).toMatchObject({ shape: [2, 3], dtype: tensors.get(`little/${kind}`)!.dtype });
  });

  test.each<[string, string, number[], number[]]>([
    ['bool', 'BOOL', [3], [1, 0, 1]],
    ['bfloat16', 'BF16', [2], [1, 2]],
    ['scalar', 'F32', [], [1.5]],
    ['linked', 'F32', [], [1.5]],
    ['empty', 'F32', [0, 3], []],
    ['compact', 'F32', [2], [1, 2]],
    ['chunks', 'F32', [7, 5], Array.from({ length: 35 }, (_, i) => i)],
    ['packed', 'F32', [7, 5], Array.from({ length: 35 }, (_, i) => i)],
    ['many', 'I16', [200], Array.from({ length: 200 }, (_, i) => i)],
  ])('%s', (name, dtype, shape, expectedValues) => {
    expect(tensors.get(name)).toMatchObject({ dtype, shape });
    expect(values(name)).toEqual(expectedValues);
  });

  test("what libver='latest' makes of a small file: other superblock, headers in parts, links in them", () => {
    const modern = readHdf5(golden('modern.h5'), 'modern.h5').tensors;
    expect([...modern.keys()]).toEqual(Array.from({ length: 8 }, (_, i) => `layer/inner/w${i}`));
    expect([...toFloat32(modern.get('layer/inner/w7')!, '')]).toEqual([7, 7]);
  });

  test('no file of Keras: paths for names, no metadata; values in one piece are views', () => {
    const bytes = golden('types.h5');
    expect(metadata).toEqual({});
    expect(readHdf5(Buffer.from(bytes.buffer)).tensors.get('little/f4')!.bytes.buffer).toBe(bytes.buffer);
  });

  test('a heap of strings without end, which keeps HDF5 itself busy for ever, is not entered', () => {
    expect(readHdf5(golden('endless-heap.h5'), 'endless-heap').tensors.size).toBe(0);
  });

  test.each<[string, string]>([
    ['unwritten', 'unwritten: a: values that were never written'],
    ['partly', 'partly: a: 1 chunks; expected 2'],
    ['external-values', 'external-values: a: values in files of their own'],
    ['virtual', 'virtual: a: a layout of kind 3'],
    ['soft-link', "soft-link: 'a' is a link by name"],
    ['external-link', "external-link: 'a' is a link by name"],
    ['nested-type', 'nested-type: a: values that were never written'],
    ['endless-index', 'endless-index: much of the file refers to the same bytes'],
    ['own-group', /: groups without end; expected at most 64|much of the file refers to the same bytes/.source],
    ['complex', 'complex: a: values of type compound'],
    ['text', 'text: a: values of type text'],
    ['lzf', 'lzf: a: a compression by filter 32000'],
    ['ordered', 'ordered: a group kept in a heap of its own'],
    ['latest', 'latest: a group kept in a heap of its own'],
  ])('refuses %s', (name, expectedMessage) => {
    const refused = () => readHdf5(golden(`${name}.h5`), name);
    expect(refused).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
    expect(refused).toThrow(new RegExp(expectedMessage));
  });
});

describe('writing', () => {
  const tensorOf = (...values: number[]) => fromFloat32(Float32Array.from(values), [values.length]);
  const roundTrip = async (content: TensorFile) => hdf5.read({ bytes: await hdf5.write!(content), path: 'written' });

  test('what Keras wrote is read again the same, nested names and layers with weights of their own kind included', async () => {
    for (const name of ['keras2.legacy.h5', 'keras3.full.h5']) {
      const file = await read(name);
      const again = await roundTrip(file);
      expect(summary(again)).toEqual(summary(file));
      expect(again.metadata).toMatchObject({ ...file.metadata, 'keras.layout': 'legacy' });
    }
  });

  test('every type, scalars, nothing, and metadata', async () => {
    const tensors = new Map<string, RawTensor>(
      DTYPES.map((dtype) => [
        `all/${dtype}`,
        { dtype, shape: [2], bytes: new Uint8Array(2 * DTYPE_BYTES[dtype]).fill(1) },
      ]),
    );
    tensors.set('a/scalar', fromFloat32(Float32Array.of(1), []));
    tensors.set('a/empty', fromFloat32(new Float32Array(0), [0, 3]));
    const file = await roundTrip({ tensors, metadata: { 'senet.family': 'resnet', keras_version: '2.9.0', ä: 'ü' } });
    expect([...file.tensors]).toEqual([...tensors]);
    expect(file.metadata).toMatchObject({
      'senet.family': 'resnet',
      keras_version: '2.9.0',
      ä: 'ü',
      backend: 'tensorflow',
      'keras.layers': '["all","a"]',
    });
  });

  test('a layer is all before the last slash, or as keras.layers says', async () => {
    const tensors = new Map([['outer/inner/kernel', tensorOf(1)]]);
    expect((await roundTrip({ tensors, metadata: {} })).metadata['keras.layers']).toBe('["outer/inner"]');
    const metadata = { 'keras.layers': '["outer"]' };
    expect(await roundTrip({ tensors, metadata })).toMatchObject({ tensors, metadata });
  });

  test('5,000 layers: their names are in several attributes', async () => {
    const tensors = new Map(
      Array.from({ length: 5000 }, (_, i) => [`layer_with_a_long_name_${i}/kernel`, tensorOf(i)]),
    );
    const bytes = writeLegacy({ tensors, metadata: {} });
    expect(Buffer.from(bytes).includes('layer_names2')).toBe(true);
    expect([...readHdf5(bytes).tensors.keys()]).toEqual([...tensors.keys()]);
  });

  test('equal content gives equal bytes', () => {
    const content = { tensors: new Map([['a/b', tensorOf(1, 2)]]), metadata: {} };
    expect(writeLegacy(content)).toEqual(writeLegacy(content));
  });

  test.each<[string, Record<string, RawTensor>, Record<string, string>, string]>([
    ['a key without a layer', { kernel: tensorOf(1) }, {}, 'kernel: this is no name of a weight in Keras'],
    ['an empty part', { 'a//b': tensorOf(1) }, {}, 'this is no name'],
    ['a name with a zero', { 'a/b\0': tensorOf(1) }, {}, 'a zero or half a character'],
    ['half a surrogate pair', { 'a/\ud83d': tensorOf(1) }, {}, 'a zero or half a character'],
    ['bytes that do not fit', { 'a/b': { ...tensorOf(1), shape: [2] } }, {}, 'a/b: 4 bytes of data; expected 8'],
    ['metadata too long', { 'a/b': tensorOf(1) }, { text: 'x'.repeat(70_000) }, 'text of 70000 bytes'],
    ['layers that are no list', { 'a/b': tensorOf(1) }, { 'keras.layers': '{}' }, 'keras.layers: this is no list'],
    ['a weight that is a group', { 'a/a/b:0/c': tensorOf(1), 'a/b': tensorOf(1) }, {}, 'the name is a layer, too'],
    ['a group that is a weight', { 'a/b': tensorOf(1), 'a/a/b:0/c': tensorOf(1) }, {}, 'is a weight, too'],
  ])('refuses %s', (_, tensors, metadata, expectedMessage) => {
    const refused = () => writeLegacy({ tensors: new Map(Object.entries(tensors)), metadata });
    expect(refused).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
    expect(refused).toThrow(expectedMessage);
  });
});
