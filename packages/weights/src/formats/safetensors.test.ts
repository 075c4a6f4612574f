import { describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import { type DType, fromFloat32, toFloat32 } from './tensor.js';

/** A file with any header text and any data. */
function fileOf(header: string | Uint8Array, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = typeof header === 'string' ? Buffer.from(header) : header;
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

const F32x1 = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';

/** One tensor of 4 bytes with this shape. */
function lying(shape: string): Uint8Array {
  return fileOf(`{"a":${F32x1.replace('[1]', shape)}}`, new Uint8Array(4));
}

/** A good tensor `a` at [0, 4], then `b` with these offsets. */
function twoTensors(offsets: string, dataLength = 4): Uint8Array {
  return fileOf(`{"a":${F32x1},"b":${F32x1.replace('[0,4]', offsets)}}`, new Uint8Array(dataLength));
}

// Written by safetensors 0.6.2: every dtype, an empty tensor, names that JSON escapes or UTF-16 sorts differently.
const REFERENCE_HEADER =
  '{"__metadata__":{"format":"pt"},"i64":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"f64":{"dtype":"F64","shape":[1,1],"data_offsets":[8,16]},"empty":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]},"f32":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]},"q\\"\\\\\\u001f":{"dtype":"F32","shape":[1],"data_offsets":[32,36]},"\uffae":{"dtype":"F32","shape":[1],"data_offsets":[36,40]},"\u{1f600}":{"dtype":"F32","shape":[1],"data_offsets":[40,44]},"i32":{"dtype":"I32","shape":[2],"data_offsets":[44,52]},"bf16":{"dtype":"BF16","shape":[3],"data_offsets":[52,58]},"f16":{"dtype":"F16","shape":[5],"data_offsets":[58,68]},"i16":{"dtype":"I16","shape":[1],"data_offsets":[68,70]},"i8":{"dtype":"I8","shape":[2],"data_offsets":[70,72]},"u8":{"dtype":"U8","shape":[2],"data_offsets":[72,74]},"bool":{"dtype":"BOOL","shape":[2],"data_offsets":[74,76]}}     ';
const REFERENCE_DATA =
  '0100000000010000555555555555d53f0000c03f000010c00000807f01000000000040400000803f00000040f9ffffffffffff7f803f49c07f7f003c00800100ff7b007cd4fe807f00ff0100';
const reference = fileOf(REFERENCE_HEADER, Buffer.from(REFERENCE_DATA, 'hex'));

describe('a file of the reference implementation', () => {
  const { tensors, metadata } = readSafetensors(reference, 'reference.safetensors');

  test.each<[string, DType, number[], number[]]>([
    ['i64', 'I64', [], [2 ** 40]],
    ['f64', 'F64', [1, 1], [Math.fround(1 / 3)]],
    ['empty', 'F32', [0, 3], []],
    ['f32', 'F32', [2, 2], [1.5, -2.25, Infinity, 2 ** -149]],
    ['q"\\\u001f', 'F32', [1], [3]],
    ['\uffae', 'F32', [1], [1]],
    ['\u{1f600}', 'F32', [1], [2]],
    ['i32', 'I32', [2], [-7, 2 ** 31]],
    ['bf16', 'BF16', [3], [1, -3.140625, Math.fround(3.3895313892515355e38)]],
    ['f16', 'F16', [5], [1, -0, 2 ** -24, 65504, Infinity]],
    ['i16', 'I16', [1], [-300]],
    ['i8', 'I8', [2], [-128, 127]],
    ['u8', 'U8', [2], [0, 255]],
    ['bool', 'BOOL', [2], [1, 0]],
  ])('%s', (name, dtype, shape, values) => {
    const tensor = tensors.get(name)!;
    expect(tensor).toMatchObject({ dtype, shape });
    expect([...toFloat32(tensor, name)]).toEqual(values);
  });

  test('holds 14 tensors in the order of their data, and its metadata', () => {
    expect([...tensors.keys()].slice(0, 4)).toEqual(['i64', 'f64', 'empty', 'f32']);
    expect(tensors.size).toBe(14);
    expect({ ...metadata }).toEqual({ format: 'pt' });
  });

  test('is written again byte for byte, whatever the order of the tensors', () => {
    const backwards = new Map([...tensors].reverse());
    expect(Buffer.from(writeSafetensors({ tensors: backwards, metadata })).equals(reference)).toBe(true);
  });
});

describe('readSafetensors', () => {
  test('gives plain views into the file, of a Node Buffer too', () => {
    const { bytes } = readSafetensors(reference).tensors.get('f32')!;
    expect(bytes.buffer).toBe(reference.buffer);
    expect(Buffer.isBuffer(bytes)).toBe(false);
  });

  test('an empty file, header order against data order, white space', () => {
    expect(readSafetensors(fileOf('{}')).tensors.size).toBe(0);
    const header = `{ "b":\t{"data_offsets" : [4, 8],"dtype":"F32","shape":[ ]},\r\n "a":${F32x1} }  \n`;
    expect([...readSafetensors(fileOf(header, new Uint8Array(8))).tensors.keys()]).toEqual(['a', 'b']);
  });

  test('hostile names are names', () => {
    const names = ['__proto__', 'constructor', 'toString', '', '0', 'a/../b', 'a\u0000b'];
    const content = {
      tensors: new Map(names.map((name) => [name, fromFloat32(Float32Array.of(1), [])])),
      metadata: Object.fromEntries(names.map((name) => [name, name])),
    };
    const { tensors, metadata } = readSafetensors(writeSafetensors(content));
    expect([...tensors.keys()].sort()).toEqual([...names].sort());
    expect(Object.keys(metadata).sort()).toEqual([...names].sort());
    expect(Object.getPrototypeOf(metadata)).toBe(null);
    expect(({} as Record<string, unknown>).dtype).toBe(undefined);
  });

  test('reads 20,000 tensors and a header of a megabyte', () => {
    const tensor = fromFloat32(Float32Array.of(1), [1]);
    const tensors = new Map(Array.from({ length: 20_000 }, (_, i) => [`block.${i}.weight`, tensor]));
    expect(readSafetensors(writeSafetensors({ tensors })).tensors.size).toBe(20_000);
  });

  test.each<[string, Uint8Array, string | RegExp]>([
    ['no bytes at all', new Uint8Array(0), '0 bytes; expected at least the 8'],
    ['a header longer than the file', fileOf('{}').subarray(0, 9), 'the header claims 2 bytes; expected at most 1'],
    ['a header of 2^64 - 1 bytes', new Uint8Array(16).fill(255), /claims 1844\d+ bytes; expected at most 8/],
    ['no header', fileOf(''), `expected '{' as its first byte`],
    ['a space before the header', fileOf(' {}'), `expected '{'`],
    ['a byte order mark', fileOf('\ufeff{}'), `expected '{'`],
    ['an array', fileOf('[]'), `expected '{'`],
    ['bytes that are not UTF-8', fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)), 'the header is not UTF-8'],
    ['an open object', fileOf('{"a":'), `found the end of the header`],
    ['a comma too many', fileOf('{},'), 'nothing but spaces after the object'],
    ['an open string', fileOf('{"a\\"'), 'a closed string'],
    ['a raw control character', fileOf('{"a\n":1}'), 'without raw control characters'],
    ['a broken escape', fileOf('{"\\x":1}'), 'broken escapes'],
    ['half a surrogate pair', fileOf('{"\\ud83d":1}'), 'whole Unicode characters'],
    ['a tensor twice', fileOf(`{"a":${F32x1},"\\u0061":${F32x1}}`, new Uint8Array(4)), `m: the key 'a' appears twice`],
    ['metadata twice', fileOf('{"__metadata__":{},"__metadata__":{}}'), `'__metadata__' appears twice`],
    ['a field twice', fileOf('{"a":{"dtype":"F32","dtype":"F32"}}'), `m: a: the key 'dtype' appears twice`],
    ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}'), `m: __metadata__: found "1}}"`],
    ['metadata that is null', fileOf('{"__metadata__":null}'), `m: __metadata__: found "null}"`],
    ['a tensor that is no object', fileOf('{"a":[]}'), `m: a: found "[]}" at character 5 of the header; expected '{'`],
    ['a missing field', fileOf('{"a":{"dtype":"F32","shape":[]}}'), 'm: a: a field is missing'],
    ['an unknown field', fileOf('{"a":{"strides":[1]}}'), `m: a: unknown field 'strides'`],
    ['an unknown dtype', fileOf(`{"a":${F32x1.replace('F32', 'f32')}}`), /unknown dtype 'f32'.*did you mean 'F32'/],
    ['one offset', fileOf(`{"a":${F32x1.replace('0,4', '0')}}`), 'data_offsets is no pair'],
    ['three offsets', fileOf(`{"a":${F32x1.replace('0,4', '0,4,4')}}`), 'at most 2 integers'],
    ['a negative axis', fileOf(`{"a":${F32x1.replace('[1]', '[-1]')}}`), 'a non-negative integer below 2^53'],
    ['minus zero', fileOf(`{"a":${F32x1.replace('[1]', '[-0]')}}`), 'a non-negative integer'],
    ['a fraction', fileOf(`{"a":${F32x1.replace('[1]', '[1.0]')}}`), 'a non-negative integer'],
    ['an exponent', fileOf(`{"a":${F32x1.replace('[1]', '[1e0]')}}`), 'a non-negative integer'],
    ['a leading zero', fileOf(`{"a":${F32x1.replace('[1]', '[01]')}}`), 'a non-negative integer'],
    ['an axis of 2^53', fileOf(`{"a":${F32x1.replace('[1]', '[9007199254740992]')}}`), 'below 2^53'],
    ['an axis of 400 digits', fileOf(`{"a":${F32x1.replace('[1]', `[${'9'.repeat(400)}]`)}}`), 'below 2^53'],
    ['65 axes', fileOf(`{"a":${F32x1.replace('[1]', JSON.stringify(Array(65).fill(1)))}}`), 'at most 64 integers'],
    ['a shape that overflows', lying('[4294967296,4294967296]'), 'm: a: no tensor can have this shape'],
    ['an overflow to nothing', lying('[4294967296,4294967296,0]'), 'm: a: no tensor can have this shape'],
    ['a shape too large', lying('[2]'), 'm: a: 4 bytes of data; expected 8 for F32 [2]'],
    ['a shape too small', lying('[0]'), 'm: a: 4 bytes of data; expected 0 for F32 [0]'],
    ['a truncated file', fileOf(`{"a":${F32x1}}`, new Uint8Array(3)), 'm: a: the data ends at 4; expected at most 3'],
    ['trailing bytes', fileOf(`{"a":${F32x1}}`, new Uint8Array(5)), 'm: 1 bytes follow the last tensor'],
    ['data without tensors', fileOf('{}', new Uint8Array(1)), 'm: 1 bytes follow the last tensor'],
    [
      'a gap',
      fileOf(`{"a":${F32x1.replace('0,4', '4,8')}}`, new Uint8Array(8)),
      'begins at 4, after a gap; expected 0',
    ],
    ['an overlap', twoTensors('[2,6]', 6), 'm: b: the data begins at 2, inside the tensor before it; expected 4'],
    ['two tensors in one place', twoTensors('[0,4]'), 'm: b: the data begins at 0, inside'],
    ['an end before its begin', twoTensors('[4,0]'), 'm: b: the data ends at 0; expected at least its begin, 4'],
  ])('refuses %s', (_, bytes, message) => {
    const read = () => readSafetensors(bytes, 'm');
    expect(read).toThrow(expect.objectContaining({ name: 'SenetError', code: 'FileInvalid' }));
    expect(read).toThrow(message);
  });

  test('a name of a megabyte does not fill the message', () => {
    const name = 'x'.repeat(1_000_000);
    const short = expect.objectContaining({
      path: `m: ${'x'.repeat(77)}...`,
      message: expect.stringMatching(/^.{1,300}$/),
    });
    expect(() => readSafetensors(fileOf(`{"${name}":0}`), 'm')).toThrow(short);
  });
});
