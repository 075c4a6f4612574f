import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { digestOf, goldenBytes } from '../../../../test/support/images.js';
import { decodeImage } from './decode-image.js';
import { decodeWithSharp } from './sharp.js';

const read = (file: string) => goldenBytes(`images/${file}`);

describe('sharp gives the same as the decoders of this package', () => {
  test.each([
    'rgb.png',
    'rgba.png',
    'palette.png',
    'grey.png',
    'la.png',
    'grey.jpg',
    '444.jpg',
    '420.jpg',
    'restarts.jpg',
    'orientation-6.jpg',
  ])('%s', async (file) => {
    const [own, other] = [
      await decodeImage(read(file), file),
      await decodeImage(read(file), file, { decoder: 'sharp' }),
    ];
    expect([other.width, other.height, other.channels]).toEqual([own.width, own.height, own.channels]);
    expect(digestOf(other.data)).toBe(digestOf(own.data));
  });

  test('as it is stored, where that is asked for', async () => {
    const options = { orientation: 'ignore', decoder: 'sharp' } as const;
    expect(await decodeImage(read('orientation-6.jpg'), 'x', options)).toMatchObject({ width: 14, height: 9 });
  });
});

describe('what it alone decodes', () => {
  const pixels = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7]);
  const written = (format: 'webp' | 'tiff' | 'gif' | 'avif') => {
    const image = sharp(pixels, { raw: { width: 2, height: 2, channels: 3 } });
    return image.toFormat(format, format === 'tiff' ? { compression: 'lzw' } : { lossless: true }).toBuffer();
  };

  test.each(['webp', 'tiff', 'gif', 'avif'] as const)('%s', async (format) => {
    const { data, ...size } = await decodeImage(await written(format), `x.${format}`);
    expect(size).toEqual({ width: 2, height: 2, channels: 3 });
    if (format === 'webp' || format === 'tiff') expect([...data]).toEqual([...pixels]);
  });

  test('grey of 16 bits is refused until it is said', async () => {
    const bytes = read('grey-16.tif'); // 0, 255, 256, 65535
    await expect(decodeImage(bytes, 'x.tif')).rejects.toThrow(expect.objectContaining({ code: 'FileInvalid' }));
    const scaled = await decodeImage(bytes, 'x.tif', { grey16: 'scale' });
    expect(scaled).toMatchObject({ channels: 1, data: Uint8Array.of(0, 0, 1, 255) });
  });

  test('a cut one is an error', async () => {
    const bytes = await written('webp');
    const error = { code: 'FileInvalid', path: 'x.webp', expected: 'a whole WEBP' };
    await expect(decodeImage(bytes.subarray(0, 30), 'x.webp')).rejects.toThrow(expect.objectContaining(error));
  });
});

test('where it is not installed, the error says what to install', async () => {
  const missing = () => Promise.reject(new Error("Cannot find package 'sharp'"));
  const error = { code: 'MissingPart', path: 'x.webp', expected: expect.stringContaining('npm i sharp') };
  await expect(decodeWithSharp(new Uint8Array(4), 'x.webp', {}, missing)).rejects.toThrow(
    expect.objectContaining(error),
  );
});
