import { describe, expect, test } from 'vitest';
import { png } from '../../../../../test/support/png.js';
import { decodeImage } from '../decode-image.js';
import type { DecodeOptions } from '../options.js';

async function valuesOf(bytes: Uint8Array, options?: DecodeOptions) {
  const { data, ...image } = await decodeImage(bytes, 'image', options);
  return { ...image, values: [...data] };
}

test('grey stays one channel', async () => {
  const rows = [
    [0, 51, 255],
    [1, 2, 3],
  ];
  expect(await valuesOf(png(8, 0, rows))).toEqual({ width: 3, height: 2, channels: 1, values: rows.flat() });
});

test('colours are three, row by row', async () => {
  const rows = [
    [1, 2, 3, 4, 5, 6],
    [7, 8, 9, 10, 11, 12],
  ];
  expect(await valuesOf(png(8, 2, rows))).toEqual({ width: 2, height: 2, channels: 3, values: rows.flat() });
});

test('alpha is dropped, and takes no part in the colour', async () => {
  expect((await valuesOf(png(8, 6, [[10, 20, 30, 0]]))).values).toEqual([10, 20, 30]);
  expect(await valuesOf(png(8, 4, [[10, 0, 20, 128]]))).toMatchObject({ channels: 1, values: [10, 20] });
});

test('a colour that is declared transparent keeps its value', async () => {
  const bytes = png(8, 2, [[9, 8, 7, 1, 1, 1]], [['tRNS', [0, 9, 0, 8, 0, 7]]]);
  expect((await valuesOf(bytes)).values).toEqual([9, 8, 7, 1, 1, 1]);
});

test('a palette becomes its colours', async () => {
  const palette: [string, number[]][] = [
    ['PLTE', [1, 2, 3, 4, 5, 6]],
    ['tRNS', [0, 0]],
  ];
  expect(await valuesOf(png(8, 3, [[1, 0]], palette))).toMatchObject({ channels: 3, values: [4, 5, 6, 1, 2, 3] });
});

/** The values are what Pillow 13 gives for the same files. */
describe('16 bits', () => {
  test('of colours, and of grey with alpha: the upper byte', async () => {
    const colours = png(16, 2, [[0, 1, 127, 128, 255, 256, 511, 32768, 65535]]);
    expect((await valuesOf(colours)).values).toEqual([0, 0, 0, 0, 0, 1, 1, 128, 255]);
    expect((await valuesOf(png(16, 4, [[511, 100, 32895, 65535]]))).values).toEqual([1, 128]);
  });

  test('of grey: refused until it is said', async () => {
    const grey = png(16, 0, [[0, 1, 255, 256, 32768, 65535]]);
    await expect(decodeImage(grey, 'scan.png')).rejects.toThrow(
      expect.objectContaining({ code: 'FileInvalid', path: 'scan.png', expected: expect.stringContaining('grey16') }),
    );
    expect((await valuesOf(grey, { grey16: 'clip' })).values).toEqual([0, 1, 255, 255, 255, 255]);
    expect((await valuesOf(grey, { grey16: 'scale' })).values).toEqual([0, 0, 0, 1, 128, 255]);
  });
});

test('an index that the palette does not have is black, as in Pillow', async () => {
  expect((await valuesOf(png(8, 3, [[1, 7]], [['PLTE', [1, 2, 3, 4, 5, 6]]]))).values).toEqual([4, 5, 6, 0, 0, 0]);
});
