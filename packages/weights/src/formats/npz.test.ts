import { describe, expect, test } from 'vitest';
import { encodeNpy } from './npy.js';
import { readNpz, writeNpz } from './npz.js';
import { type DType, fromFloat32, type RawTensor, toFloat32 } from './tensor.js';
import { writeZip } from './zip.js';

const decoded = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

// numpy.savez_compressed, NumPy 2.4: every type, both byte orders, Fortran order.
const COMPRESSED = decoded(
  'UEsDBC0AAAAIAAAAIQAKnACk//////////8GABQAZjQubnB5AQAQAJgAAAAAAAAAVgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy4GMGiwAxL2DAwOQNwAxAvsAVBLAwQtAAAACAAAACEAs5Sb+f//////////BgAUAGYyLm5weQEAEACIAAAAAAAAAEwAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmpK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaJjqaOgq1ChQALgYbhgZGhv/VAFBLAwQtAAAACAAAACEAQN2cnf//////////BgAUAGY4Lm5weQEAEACIAAAAAAAAAEcAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkamjoKtQoUAa5QMLhqDwBQSwMELQAAAAgAAAAhAO2N/ZP//////////wYAFABpOC5ucHkBABAAkAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAK7/UMAAAowMDABQSwMELQAAAAgAAAAhAIK9coX//////////wYAFAB1MS5ucHkBABAAggAAAAAAAABGAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC6G/wBQSwMELQAAAAgAAAAhAO4Zu13//////////wYAFABiMS5ucHkBABAAggAAAAAAAABGAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF6TZKiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC5GBgBQSwMELQAAAAgAAAAhAFtcJMz//////////wcAFABiaWcubnB5AQAQAIgAAAAAAAAASwAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBul2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAu+wMMDEDEAABQSwMELQAAAAgAAAAhAMpkdOL//////////wsAFABmb3J0cmFuLm5weQEAEACYAAAAAAAAAFQAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoq6joJ6WX1RSlJgXn1+UkgoSDykqTQUKF2ckFqQCuRpGOgrGmjoKtQrkAy4GIGAGYkYgZgFiJiBmBWIAUEsDBC0AAAAIAAAAIQCjaFJ3//////////8JABQAZW1wdHkubnB5AQAQAIAAAAAAAAAARgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RoGOgrGmjoKtQpkAy4AUEsDBC0AAAAIAAAAIQBFZyJU//////////8GABQAaTIubnB5AQAQAIIAAAAAAAAARgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBul2mkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOpo6CrUKFACuf1cAUEsDBC0AAAAIAAAAIQBRwuF+//////////8GABQAaTEubnB5AQAQAIEAAAAAAAAARQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBek2morqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOpo6CrUKFACuBgBQSwECLQMtAAAACAAAACEACpwApFYAAACYAAAABgAAAAAAAAAAAAAAgAEAAAAAZjQubnB5UEsBAi0DLQAAAAgAAAAhALOUm/lMAAAAiAAAAAYAAAAAAAAAAAAAAIABjgAAAGYyLm5weVBLAQItAy0AAAAIAAAAIQBA3ZydRwAAAIgAAAAGAAAAAAAAAAAAAACAARIBAABmOC5ucHlQSwECLQMtAAAACAAAACEA7Y39k0wAAACQAAAABgAAAAAAAAAAAAAAgAGRAQAAaTgubnB5UEsBAi0DLQAAAAgAAAAhAIK9coVGAAAAggAAAAYAAAAAAAAAAAAAAIABFQIAAHUxLm5weVBLAQItAy0AAAAIAAAAIQDuGbtdRgAAAIIAAAAGAAAAAAAAAAAAAACAAZMCAABiMS5ucHlQSwECLQMtAAAACAAAACEAW1wkzEsAAACIAAAABwAAAAAAAAAAAAAAgAERAwAAYmlnLm5weVBLAQItAy0AAAAIAAAAIQDKZHTiVAAAAJgAAAALAAAAAAAAAAAAAACAAZUDAABmb3J0cmFuLm5weVBLAQItAy0AAAAIAAAAIQCjaFJ3RgAAAIAAAAAJAAAAAAAAAAAAAACAASYEAABlbXB0eS5ucHlQSwECLQMtAAAACAAAACEARWciVEYAAACCAAAABgAAAAAAAAAAAAAAgAGnBAAAaTIubnB5UEsBAi0DLQAAAAgAAAAhAFHC4X5FAAAAgQAAAAYAAAAAAAAAAAAAAIABJQUAAGkxLm5weVBLBQYAAAAACwALAEUCAACiBQAAAAA=',
);
// numpy.savez: a view each; names with a dot, a slash and the suffix itself.
const STORED = decoded(
  'UEsDBC0AAAAAAAAAIQDzBVMh//////////8QABQAY29udjEud2VpZ2h0Lm5weQEAEACIAAAAAAAAAIgAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAP1BLAwQtAAAAAAAAACEAuZN7mP//////////BwAUAGEvYi5ucHkBABAAiAAAAAAAAACIAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxpOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgxLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKBwAAAAAAAABQSwMELQAAAAAAAAAhALo0LnP//////////wkAFAB4Lm5weS5ucHkBABAAgQAAAAAAAACBAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJ3xiMScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgxLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAVBLAQItAy0AAAAAAAAAIQDzBVMhiAAAAIgAAAAQAAAAAAAAAAAAAACAAQAAAABjb252MS53ZWlnaHQubnB5UEsBAi0DLQAAAAAAAAAhALmTe5iIAAAAiAAAAAcAAAAAAAAAAAAAAIABygAAAGEvYi5ucHlQSwECLQMtAAAAAAAAACEAujQuc4EAAACBAAAACQAAAAAAAAAAAAAAgAGLAQAAeC5ucHkubnB5UEsFBgAAAAADAAMAqgAAAEcCAAAAAA==',
);

describe('files of NumPy', () => {
  const compressed = readNpz(COMPRESSED, 'compressed.npz').tensors;

  test.each<[string, DType, number[], number[]]>([
    ['f4', 'F32', [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25]],
    ['f2', 'F16', [4], [1, -0, 2 ** -24, 65504]],
    ['f8', 'F64', [], [Math.fround(1 / 3)]],
    ['i8', 'I64', [2], [-1, 2 ** 40]],
    ['u1', 'U8', [2], [0, 255]],
    ['b1', 'BOOL', [2], [1, 0]],
    ['big', 'F32', [2], [1.5, -2]],
    ['fortran', 'I32', [2, 3], [0, 1, 2, 3, 4, 5]],
    ['empty', 'F32', [0, 3], []],
    ['i2', 'I16', [1], [-300]],
    ['i1', 'I8', [1], [-128]],
  ])('%s', (name, dtype, shape, values) => {
    const tensor = compressed.get(name)!;
    expect(tensor).toMatchObject({ dtype, shape });
    expect([...toFloat32(tensor, name)]).toEqual(values);
  });

  test('in the order of the file, names as they were', () => {
    expect([...compressed.keys()]).toEqual('f4 f2 f8 i8 u1 b1 big fortran empty i2 i1'.split(' '));
    const { tensors, metadata } = readNpz(STORED);
    expect([...tensors.keys()]).toEqual(['conv1.weight', 'a/b', 'x.npy']);
    expect(metadata).toEqual({});
    expect(tensors.get('x.npy')).toMatchObject({ dtype: 'BOOL', shape: [1] });
  });
});

describe('what is written', () => {
  const tensors = new Map<string, RawTensor>([
    ['10', fromFloat32(new Float32Array([1.5, -2]), [2])],
    ['2', fromFloat32(new Float32Array([0.25]), [], 'F16')],
    ['__proto__', { dtype: 'BOOL', shape: [1], bytes: new Uint8Array([1]) }],
  ]);
  const file = writeNpz({ tensors });

  test('reads again, in order', () => {
    const again = readNpz(file);
    expect([...again.tensors]).toEqual([...tensors]);
  });

  test('and as views into the file', () => {
    for (const { bytes } of readNpz(file).tensors.values()) expect(bytes.buffer).toBe(file.buffer);
  });

  test('is the same each time', () => {
    expect(writeNpz({ tensors })).toEqual(file);
  });

  test.each<[string, string, RawTensor, string]>([
    ['BF16', 'a', fromFloat32(new Float32Array(1), [1], 'BF16'), 'a: NumPy has no BF16; expected one of F32'],
    [
      'bytes that do not fit',
      'a',
      { dtype: 'F32', shape: [2], bytes: new Uint8Array(4) },
      'a: 4 bytes of data; expected 8',
    ],
    ['half a character', '\ud800', fromFloat32(new Float32Array(1), [1]), 'half a surrogate pair'],
    ['a long name', 'x'.repeat(70_000), fromFloat32(new Float32Array(1), [1]), 'the name is too long'],
  ])('%s is refused', (_, name, tensor, message) => {
    expect(() => writeNpz({ tensors: new Map([[name, tensor]]) })).toThrow(message);
  });
});

describe('what is refused', () => {
  const npz = (name: string, content: Uint8Array) => writeZip(new Map([[name, content]]));

  test.each<[string, Uint8Array, string]>([
    [
      'what is no array',
      npz('a.txt', new Uint8Array(3)),
      'file: a.txt: the entry is no array; expected names that end in .npy',
    ],
    ['an array that is none', npz('a.npy', new Uint8Array(3)), 'file: a.npy: this is no .npy file'],
    [
      'unsigned integers',
      npz('a.npy', encodeNpy('<u4', [1], new Uint8Array(4))),
      "file: a.npy: unknown dtype 'u4'; expected one of f4",
    ],
    ['pickled objects', npz('a.npy', encodeNpy('|O', [1], new Uint8Array(4))), "file: a.npy: unknown type '|O'"],
    ['no zip file', new Uint8Array(99), 'file: the zip file breaks off'],
  ])('%s', (_, bytes, message) => {
    expect(() => readNpz(bytes, 'file')).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
    expect(() => readNpz(bytes, 'file')).toThrow(message);
  });
});
