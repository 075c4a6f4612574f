import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { onnx, readOnnx } from './onnx.js';
import { toFloat32 } from './tensor.js';

const GOLDENS = new URL('../../../../test/goldens/onnx/', import.meta.url);
const golden = (name: string) => new Uint8Array(readFileSync(new URL(name, GOLDENS)));
const read = (bytes: Uint8Array, sibling?: (name: string) => Promise<Uint8Array>) =>
  readOnnx({ bytes, path: 'm.onnx', ...(sibling && { sibling }) });

/** Protocol buffers by hand: a field that holds bytes, and one that holds a small integer. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const field = (number: number, ...parts: (number[] | string)[]): number[] => {
  const bytes = parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
};
const integer = (number: number, value: number) => [...varint(number * 8), ...varint(value)];
const model = (...graph: number[][]) => Uint8Array.from([...integer(1, 8), ...field(7, ...graph)]);
const F32 = 1;
const tensor = (name: string, ...fields: number[][]) =>
  model(field(5, field(8, name), integer(1, 2), integer(2, F32), ...fields));
const EIGHT_BYTES = field(9, [0, 0, 128, 63, 0, 0, 0, 64]);

describe('files of onnx and PyTorch', async () => {
  const { tensors, metadata } = await read(golden('types.onnx'));

  test.each(['F32', 'F16', 'BF16', 'F64', 'U8', 'I8', 'I16', 'I32', 'I64', 'BOOL', 'U16', 'U32', 'U64'])(
    '%s, as raw data and in its list',
    (type) => {
      const dtype = { U16: 'I32', U32: 'I64', U64: 'I64' }[type] ?? type;
      const expected = type === 'BOOL' ? [0, 1, 1, 1, 1, 1] : [0, 1, 3, 2, 100, 7];
      for (const key of [`raw.${type}`, `list.${type}`]) {
        expect(tensors.get(key), key).toMatchObject({ dtype, shape: [2, 3] });
        expect([...toFloat32(tensors.get(key)!, key)], key).toEqual(expected);
      }
    },
  );

  test('integers of 64 bits, a scalar, nothing', () => {
    const { bytes } = tensors.get('large')!;
    const large = new DataView(bytes.buffer, bytes.byteOffset);
    expect([large.getBigInt64(0, true), large.getBigInt64(8, true)]).toEqual([-(2n ** 63n), 2n ** 62n + 1n]);
    expect([...toFloat32(tensors.get('scalar')!, 'scalar')]).toEqual([1.5]);
    expect(tensors.get('scalar')!.shape).toEqual([]);
    expect(tensors.get('empty')).toEqual({ dtype: 'F32', shape: [0, 3], bytes: new Uint8Array(0) });
  });

  test('metadata: of the standard operators, not of other domains', () => {
    expect(metadata).toMatchObject({ 'onnx.producer_name': 'senet', 'onnx.producer_version': '1' });
    expect(metadata['onnx.ir_version']).toMatch(/^\d+$/);
    expect(Number(metadata['onnx.opset'])).toBeGreaterThan(10);
  });

  test("PyTorch's exports name initializers as the state_dict does", async () => {
    const state = JSON.parse(readFileSync(new URL('torch.json', GOLDENS), 'utf8'));
    const exported = await read(golden('torch.onnx'));
    const found = [...exported.tensors].map(([key, { shape, bytes }]) => [
      key,
      { shape, sha256: createHash('sha256').update(bytes).digest('hex') },
    ]);
    expect(Object.fromEntries(found)).toEqual(state);
    expect(exported.metadata['onnx.producer_name']).toBe('pytorch');
  });

  test.each(['types.onnx', 'torch.onnx', 'external.onnx'])('%s is recognized', (name) => {
    expect(onnx.recognizes(golden(name))).toBe(true);
  });

  test.each([[''], ['{"weightsManifest":[]}'], ['\x08\x08'], ['\x89HDF\r\n\x1a\n']])('%j is not', (text) => {
    expect(onnx.recognizes(Buffer.from(text, 'latin1'))).toBe(false);
  });
});

describe('external data', () => {
  const bytes = golden('external.onnx');
  const external = (location: string, offset = '0', length = '8') => {
    const entry = (key: string, value: string) => field(13, field(1, key), field(2, value));
    return tensor('a', integer(14, 1), entry('location', location), entry('offset', offset), entry('length', length));
  };

  test('is read from a file of the same folder, once', async () => {
    const asked: string[] = [];
    const { tensors } = await read(bytes, async (name) => {
      asked.push(name);
      return golden(name);
    });
    expect(asked).toEqual(['external.bin']);
    expect([...toFloat32(tensors.get('second')!, '')]).toEqual([1, 2, 3]);
  });

  test('without the folder it is refused, and says where the values are', async () => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'FileInvalid', path: 'm.onnx: first' });
    await expect(read(bytes)).rejects.toThrow('the values are in external.bin');
  });

  test.each([
    ['../secret', "'../secret'"],
    ['/etc/passwd', "'/etc/passwd'"],
    ['a\\b', 'external data in'],
    ['..', "'..'"],
    ['C:x', "'C:x'"],
    ['', "''"],
  ])('no other file is asked for: %j', async (location, message) => {
    const asked: string[] = [];
    const sibling = async (name: string) => {
      asked.push(name);
      return new Uint8Array(100);
    };
    await expect(read(external(location), sibling)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });

  test.each([
    ['beyond its end', '8', '8', '8 bytes at 8 of x; expected at most its 12 bytes'],
    ['fewer than the shape needs', '0', '4', '4 bytes of values; expected 8 for F32 [2]'],
    ['no number', '-1', '8', "offset '-1' of external data"],
    ['a number too large', '9'.repeat(20), '8', 'of external data'],
  ])('values %s', async (_, offset, length, message) => {
    const sibling = async () => new Uint8Array(12);
    await expect(read(external('x', offset, length), sibling)).rejects.toThrow(message);
  });
});

describe('readOnnx refuses', () => {
  test.each<[string, Uint8Array, string]>([
    ['a model without a graph', Uint8Array.from(integer(1, 8)), 'm.onnx: there is no graph'],
    ['a length beyond the end', Uint8Array.of(0x3a, 5, 0), '5 bytes at byte 2 of a message; expected at most 1'],
    ['a negative length', Uint8Array.of(0x3a, ...Array(9).fill(255), 1), '-1 bytes at byte'],
    ['an integer without end', new Uint8Array(12).fill(255), 'an integer without end at byte 0'],
    ['a group', Uint8Array.of(0x3b), 'a field of wire type 3'],
    ['field number 0', Uint8Array.of(0x02, 0), 'field number 0'],
    ['a graph that is an integer', Uint8Array.from(integer(7, 1)), 'a field that is the integer 1'],
    ['a tensor without a name', tensor('', EIGHT_BYTES), 'a tensor without a name'],
    ['a name that is not UTF-8', model(field(5, field(8, [255]))), 'a field that is no text'],
    ['too few values', tensor('a', field(9, [0, 0, 0, 0])), 'm.onnx: a: 4 bytes of values; expected 8 for F32 [2]'],
    ['too many values', tensor('a', field(4, Array(12).fill(0))), '12 bytes of values; expected 8'],
    ['no values', tensor('a'), '0 bytes of values; expected 8'],
    ['strings', tensor('a', integer(2, 8), EIGHT_BYTES), 'm.onnx: a: data type 8'],
    ['no type', model(field(5, field(8, 'a'))), 'data type undefined'],
    [
      'a shape that overflows',
      tensor('a', field(1, [...varint(2 ** 30), ...varint(2 ** 30)]), EIGHT_BYTES),
      'no tensor',
    ],
    [
      'a negative axis',
      tensor('a', field(1, [...Array(9).fill(255), 1]), EIGHT_BYTES),
      'no tensor can have this shape',
    ],
    ['segments', tensor('a', field(3)), 'a tensor in segments'],
    ['sparse tensors', model(field(15)), 'a sparse initializer'],
    ['a packed integer that breaks off', tensor('a', integer(2, 6), field(5, [1, 128])), 'an integer without end'],
  ])('%s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
    await expect(read(bytes)).rejects.toThrow(message);
  });

  test('a name twice', async () => {
    const one = field(5, field(8, 'a'), integer(1, 2), integer(2, F32), EIGHT_BYTES);
    await expect(read(model(one))).resolves.toMatchObject({ metadata: { 'onnx.ir_version': '8' } });
    await expect(read(model(one, one))).rejects.toThrow('m.onnx: a: the name is there twice');
  });
});
