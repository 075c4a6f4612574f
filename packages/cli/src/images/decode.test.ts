import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { decodeImage } from './decode.js';

type ColorType = 0 | 2 | 3 | 4 | 6;
const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** A PNG of one row for each row of samples, written as the specification says. */
function png(depth: 8 | 16, color: ColorType, rows: number[][], extra: readonly [string, number[]][] = []): Uint8Array {
  const width = rows[0]!.length / SAMPLES[color];
  const bytes = rows.flatMap((row) => [0, ...row.flatMap((v) => (depth === 16 ? [v >> 8, v & 255] : [v]))]);
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [data.length, crc32(body)].map((number) => {
      const field = Buffer.alloc(4);
      field.writeUInt32BE(number);
      return field;
    });
    return Buffer.concat([length!, body, crc!]);
  };
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, rows.length, depth, color, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...extra.map(([type, data]) => chunk(type, Buffer.from(data))),
    chunk('IDAT', deflateSync(Buffer.from(bytes))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function valuesOf(bytes: Uint8Array) {
  const { data, ...image } = decodeImage(bytes, 'image');
  return { ...image, values: [...data] };
}

const shares = (white: number, ...values: number[]) => values.map((value) => Math.fround(value / white));

describe('PNG', () => {
  test('grey stays one channel', () => {
    const bytes = png(8, 0, [
      [0, 51, 255],
      [1, 2, 3],
    ]);
    expect(valuesOf(bytes)).toEqual({ width: 3, height: 2, channels: 1, values: shares(255, 0, 51, 255, 1, 2, 3) });
  });

  test('colours are three, row by row', () => {
    const bytes = png(8, 2, [
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]);
    expect(valuesOf(bytes)).toEqual({
      width: 2,
      height: 2,
      channels: 3,
      values: shares(255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    });
  });

  test('alpha is dropped, and takes no part in the colour', () => {
    expect(valuesOf(png(8, 6, [[10, 20, 30, 0]])).values).toEqual(shares(255, 10, 20, 30));
    expect(valuesOf(png(8, 4, [[10, 0, 20, 128]]))).toMatchObject({ channels: 1, values: shares(255, 10, 20) });
  });

  test('a colour that is declared transparent keeps its value', () => {
    const bytes = png(8, 2, [[9, 8, 7, 1, 1, 1]], [['tRNS', [0, 9, 0, 8, 0, 7]]]);
    expect(valuesOf(bytes).values).toEqual(shares(255, 9, 8, 7, 1, 1, 1));
  });

  test('a palette becomes its colours', () => {
    const bytes = png(
      8,
      3,
      [[1, 0]],
      [
        ['PLTE', [1, 2, 3, 4, 5, 6]],
        ['tRNS', [0, 0]],
      ],
    );
    expect(valuesOf(bytes)).toMatchObject({ channels: 3, values: shares(255, 4, 5, 6, 1, 2, 3) });
  });

  test('16 bits keep their precision', () => {
    expect(valuesOf(png(16, 0, [[1, 257, 65535]])).values).toEqual(shares(65535, 1, 257, 65535));
    expect(valuesOf(png(16, 2, [[1, 2, 65534]])).values).toEqual(shares(65535, 1, 2, 65534));
  });

  test('another writer', () => {
    const image = new PNG({ width: 2, height: 1 });
    image.data = Buffer.from([1, 2, 3, 255, 4, 5, 6, 255]);
    expect(valuesOf(PNG.sync.write(image)).values).toEqual(shares(255, 1, 2, 3, 4, 5, 6));
  });
});

test('JPEG has three channels', () => {
  const [red, green, blue] = [200, 100, 50];
  const data = Buffer.alloc(16 * 8 * 4).map((_, i) => [red, green, blue, 255][i % 4]!);
  const image = decodeImage(encode({ width: 16, height: 8, data }, 100).data, 'image.jpg');
  expect(image).toMatchObject({ width: 16, height: 8, channels: 3 });
  expect(image.data).toHaveLength(16 * 8 * 3);
  for (const [i, value] of image.data.entries()) {
    expect(Math.abs(value * 255 - [red, green, blue][i % 3]!)).toBeLessThan(3);
  }
});

describe('what is no image', () => {
  const whole = png(8, 2, [[1, 2, 3]]);
  const photo = encode({ width: 64, height: 64, data: Buffer.alloc(64 * 64 * 4, 77) }, 90).data;
  const huge = Uint8Array.from(whole);
  huge.set([0, 1, 0, 0, 0, 1, 0, 0], 16);
  test.each([
    ['nothing', new Uint8Array(0)],
    ['text', Buffer.from('hello, world')],
    ['a signature alone', whole.subarray(0, 8)],
    ['a cut PNG', whole.subarray(0, whole.length - 20)],
    ['a PNG of broken data', whole.map((byte, i) => (i === 45 ? byte ^ 255 : byte))],
    ['a cut JPEG', photo.subarray(0, Math.floor(photo.length / 2))],
    ['a PNG that claims to be huge', huge],
  ])('%s', (_, bytes) => {
    const error = { code: 'FileInvalid', path: 'x.bin', expected: expect.any(String) };
    expect(() => decodeImage(bytes, 'x.bin')).toThrow(expect.objectContaining(error));
  });
});
