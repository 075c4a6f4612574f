import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { npyToFloat32, readNpy, writeNpy } from './npy.js';

/** A file as NumPy writes it, without the room to grow: version, dict, data. */
function npy(dict: string, data: string | Uint8Array, version = 1): Uint8Array {
  const lengthBytes = version === 1 ? 2 : 4;
  const header = `${dict.padEnd(127 - 8 - lengthBytes)}\n`;
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntLE(header.length, 0, lengthBytes);
  const prefix = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1');
  const body = typeof data === 'string' ? Buffer.from(data, 'hex') : data;
  return Buffer.concat([prefix, length, Buffer.from(header, 'latin1'), body]);
}

const dict = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

// Dicts and data as NumPy 2.4 wrote them.
test.each<[string, string, string, string, number, (number | bigint)[]]>([
  ['<f4', '()', 'False', '0000c03f', 1, [1.5]],
  ['<f4', '(3,)', 'False', '0000803f0000004000004040', 1, [1, 2, 3]],
  ['>f4', '(2, 3)', 'True', '00000000404000003f800000408000004000000040a00000', 2, [0, 1, 2, 3, 4, 5]],
  ['<f2', '(4,)', 'False', '003c00c10100007c', 3, [1, -2.5, 2 ** -24, Infinity]],
  ['>f2', '(2,)', 'False', '3c00c100', 1, [1, -2.5]],
  ['<i8', '(2,)', 'False', 'ffffffffffffffff0100000000010000', 1, [-1n, 2n ** 40n + 1n]],
  ['>u8', '(1,)', 'False', '8000000000000000', 1, [2n ** 63n]],
  ['|b1', '(2,)', 'False', '0100', 1, [1, 0]],
  ['>i2', '(2,)', 'False', 'fffe0102', 1, [-2, 258]],
  ['<u2', '(1,)', 'False', 'ffff', 1, [65535]],
  ['>i4', '(2,)', 'False', 'fffffffe7fffffff', 1, [-2, 2 ** 31 - 1]],
  ['<u4', '(1,)', 'False', 'ffffffff', 1, [2 ** 32 - 1]],
  ['|i1', '(1, 2)', 'False', '807f', 1, [-128, 127]],
  ['|u1', '(2,)', 'False', '01ff', 1, [1, 255]],
  [
    '<f8',
    '(2, 3, 2)',
    'True',
    '000000000000000000000000000018400000000000000040000000000000204000000000000010400000000000002440000000000000f03f0000000000001c400000000000000840000000000000224000000000000014400000000000002640',
    1,
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  ],
])('%s %s, Fortran %s', (descr, shape, fortran, data, version, values) => {
  const array = readNpy(npy(dict(descr, shape, fortran), data, version));
  expect(array.dtype).toBe(descr.slice(1));
  expect(array.shape).toEqual(shape.match(/\d+/g)?.map(Number) ?? []);
  expect([...array.data]).toEqual(values);
  expect([...npyToFloat32(array)]).toEqual(values.map((value) => Math.fround(Number(value))));
});

describe('readNpy', () => {
  test('little-endian float32 is a view, wherever it is aligned', () => {
    const bytes = new Uint8Array(npy(dict('<f4', '(2,)'), '0000803f00000040'));
    const array = readNpy(bytes);
    expect(array.data.buffer).toBe(bytes.buffer);
    expect(npyToFloat32(array)).toBe(array.data);
    const shifted = Buffer.concat([Buffer.alloc(1), bytes]).subarray(1);
    expect([...readNpy(shifted).data]).toEqual([1, 2]);
  });

  test.each([
    `{"shape": (2,), "descr": "<f4", "fortran_order": False}`,
    `  {'fortran_order':True,'descr':'<f4','shape':(2L,),}`,
    `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, )}`,
  ])('reads the dict %s', (text) => {
    expect([...readNpy(npy(text, '0000803f00000040')).data]).toEqual([1, 2]);
  });

  const f4 = (shape: string) => npy(dict('<f4', shape), '0000803f');
  test.each<[string, Uint8Array, string]>([
    ['no bytes at all', new Uint8Array(0), 'this is no .npy file'],
    ['another magic', Buffer.from('PK\x03\x04 a zip file'), 'this is no .npy file'],
    ['version 4', npy(dict('<f4', '(1,)'), '0000803f', 4), 'version 4.0'],
    ['a file that ends in its header', f4('(1,)').subarray(0, 100), 'the header claims 118 bytes; expected at most 90'],
    ['a file that ends in its length', f4('(1,)').subarray(0, 9), 'the file ends before its header'],
    ['a header of 4 GB', Buffer.from('\x93NUMPY\x02\0\xff\xff\xff\xff{}', 'latin1'), 'claims 4294967295 bytes'],
    ['objects, which are pickles', npy(dict('|O', '(1,)'), '80'), `unknown type '|O'`],
    ['text', npy(dict('<U3', '(1,)'), '80'), `unknown type '<U3'`],
    ['complex numbers', npy(dict('<c8', '(1,)'), '0000803f0000803f'), `unknown type '<c8'`],
    ['a type out of Object.prototype', npy(dict('<toString', '(1,)'), '80'), 'unknown type'],
    ['more bytes than one without byte order', npy(dict('|f4', '(1,)'), '0000803f'), `unknown type '|f4'`],
    ['records', npy(`{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}`, '0000803f'), `expected '('`],
    ['a shape too large', f4('(2,)'), 'the header claims (2) elements of <f4; expected as many as the 4 bytes'],
    ['a shape too small', f4('(0,)'), 'the header claims (0) elements'],
    ['a shape that overflows', f4('(4294967296, 4294967296)'), 'claims (4294967296, 4294967296)'],
    ['a shape that overflows to nothing', f4('(0, 4294967296, 4294967296)'), 'claims (0, 4294967296'],
    ['a negative axis', f4('(-1,)'), 'integers below 2^53'],
    ['an axis of 17 digits', f4('(10000000000000000,)'), `expected ','`],
    ['an axis of 2^53', f4('(9007199254740992,)'), 'integers below 2^53'],
    ['65 axes', longShape(65), 'at most 64 integers'],
    ['a number for a tuple', f4('1'), `expected '('`],
    ['a number in parentheses for a tuple', f4('(1)'), `expected ','`],
    ['an expression', f4(`__import__('os').system('true')`), `expected '('`],
    ['a missing key', npy(`{'descr': '<f4', 'shape': (1,)}`, '0000803f'), 'the header lacks what it needs'],
    ['a fourth key', npy(`${dict('<f4', '(1,)').slice(0, -1)}'x': ()}`, '0000803f'), 'the header lacks'],
    ['a key twice', npy(`{'descr': '<f4', 'descr': '<f4'}`, '0000803f'), 'each key once'],
    ['more after the dict', npy(`${dict('<f4', '(1,)')} 1`, '0000803f'), 'nothing after the dict'],
    ['an open dict', npy(`{'descr': '<f4', `, ''), 'each key once, as a string'],
    ['an empty header', npy('', ''), `expected '{'`],
  ])('refuses %s', (_, bytes, message) => {
    const read = () => readNpy(bytes, 'x.npy');
    expect(read).toThrow(expect.objectContaining({ name: 'SenetError', code: 'FileInvalid', path: 'x.npy' }));
    expect(read).toThrow(message);
  });

  test('any damage to the header is refused or harmless', () => {
    const good = writeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const flips = fc.array(fc.tuple(fc.nat(127), fc.nat(255)), { minLength: 1, maxLength: 3 });
    const outcomes = { read: 0, refused: 0 };
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = good.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          const { data, shape } = readNpy(bytes);
          expect(data.byteLength).toBe(24);
          expect(shape.reduce((a, b) => a * b, 1)).toBe(data.length);
          outcomes.read++;
        } catch (error) {
          expect(error).toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
          outcomes.refused++;
        }
      }),
      { numRuns: 2_000, seed: 1 },
    );
    expect(outcomes.read).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(1_000);
  });
});

function longShape(rank: number): Uint8Array {
  const header = `${dict('<f4', `(${'1, '.repeat(rank)})`)}\n`;
  const prefix = Buffer.from(
    `\x93NUMPY\x01\0${String.fromCharCode(header.length & 255, header.length >> 8)}`,
    'latin1',
  );
  return Buffer.concat([prefix, Buffer.from(header), Buffer.from('0000803f', 'hex')]);
}

describe('writeNpy', () => {
  // NumPy 2.4 pads to 64 and leaves room for a first axis of 21 digits; where nothing is needed it adds 64 more.
  test.each<[number[], string, number]>([
    [[], `{'descr': '<f4', 'fortran_order': False, 'shape': (), }`, 128],
    [[1], `{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }`, 128],
    [[1, 1], `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }`, 128],
    [Array(14).fill(1), `{'descr': '<f4', 'fortran_order': False, 'shape': (${Array(14).fill(1).join(', ')}), }`, 128],
    [Array(15).fill(1), `{'descr': '<f4', 'fortran_order': False, 'shape': (${Array(15).fill(1).join(', ')}), }`, 192],
  ])('%j as NumPy writes it', (shape, text, begin) => {
    const expected = `\x93NUMPY\x01\0${String.fromCharCode(begin - 10)}\0${text.padEnd(begin - 11)}\n\0\0\x80\x3f`;
    expect(Buffer.from(writeNpy(Float32Array.of(1), shape)).toString('latin1')).toBe(expected);
  });

  test('what is written is read again', () => {
    const shape = fc.array(fc.nat(4), { maxLength: 5 });
    fc.assert(
      fc.property(shape, fc.infiniteStream(fc.float()), (shape, stream) => {
        const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.next().value!);
        expect(readNpy(writeNpy(values, shape))).toEqual({ shape, dtype: 'f4', data: values });
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test.each([[[2, 2]], [[]], [[-1, -3]], [[1.5, 2]]])('refuses three values in the shape %j', (shape) => {
    expect(() => writeNpy(new Float32Array(3), shape)).toThrow(expect.objectContaining({ code: 'ShapeMismatch' }));
  });
});
