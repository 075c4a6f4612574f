/** Files that nobody means well with: an image or an error that says what it is, and soon. */
import { SenetError } from '@senet/core/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goldenBytes } from '../../../../test/support/images.js';
import { png, pngOf } from '../../../../test/support/png.js';
import { decodeImage } from './decode-image.js';

const read = (file: string) => goldenBytes(`images/${file}`);
const NAMES = ['rgb.png', 'palette.png', 'interlaced.png', 'orientation-6.png', '420.jpg', '420-progressive.jpg'];
const FILES = [...NAMES, 'restarts.jpg', 'grey-progressive.jpg', 'cmyk.jpg', 'orientation-6.jpg'].map(read);

describe('what is no image', () => {
  const [whole, photo, waves] = [png(8, 2, [[1, 2, 3]]), read('420.jpg'), read('420-progressive.jpg')];
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['text', Buffer.from('hello, world')],
    ['a signature alone', whole.subarray(0, 8)],
    ['a cut PNG', whole.subarray(0, whole.length - 20)],
    ['a PNG of a wrong checksum', whole.map((byte, i) => (i === 30 ? byte ^ 1 : byte))],
    ['a PNG of palette, without one', png(8, 3, [[1, 0]])],
    ['a PNG of a depth that its colours cannot have', pngOf([8, 8, 4, 2], new Uint8Array(200))],
    ['a PNG of less data', pngOf([8, 8, 8, 2], new Uint8Array(199))],
    ['a PNG of another filter', pngOf([1, 1, 8, 0], Uint8Array.of(5, 1))],
    ['a PNG of broken data', whole.map((byte, i) => (i === 45 ? byte ^ 255 : byte))],
    ['a PNG without rows', pngOf([3, 0, 8, 2], new Uint8Array(0))],
    ['a JPEG signature alone', photo.subarray(0, 3)],
    ['a cut JPEG', photo.subarray(0, photo.length >> 1)],
    ['a JPEG without its last bytes', photo.subarray(0, photo.length - 12)],
    ['a cut progressive JPEG', waves.subarray(0, waves.length >> 1)],
  ])('%s', (_, bytes) => expectInvalid(bytes, /./));
});

describe('bombs are refused before anything is allocated', () => {
  const small = new Uint8Array(100);
  const photo = read('420.jpg');
  test.each<[string, Uint8Array, RegExp]>([
    ['a PNG of a side that is too long', pngOf([2 ** 31 - 1, 1, 8, 2], small), /claims to have/],
    ['a PNG of too many pixels', pngOf([2 ** 16, 2 ** 16, 8, 2], small), /claims to have 65536×65536/],
    ['a PNG of fewer bytes than that takes', pngOf([16000, 16000, 8, 2], small), /too small to hold 16000×16000/],
    ['a JPEG of fewer bytes than that takes', claiming(photo, 16000), /too small to hold 16000×16000/],
    ['a JPEG of too many pixels', claiming(photo, 65535), /claims to have 65535×65535/],
    ['a JPEG of a huge frame before its own', twoFrames([claiming(photo, 60000), photo]), /claims to have/],
    ['a JPEG of a huge frame after its own', twoFrames([photo, claiming(photo, 60000)]), /a second frame/],
  ])('%s', async (_, bytes, reason) => {
    const before = process.memoryUsage().arrayBuffers;
    await expectInvalid(bytes, reason);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });

  test('a PNG is inflated no further than its picture goes', async () => {
    const bytes = pngOf([8, 8, 8, 2, 1], new Uint8Array(2 ** 28));
    const before = process.memoryUsage().arrayBuffers;
    expect(await decodeImage(bytes, 'x.png')).toMatchObject({ width: 8, height: 8 });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });

  test('a JPEG of ever more scans', async () => {
    const file = read('grey-progressive.jpg');
    const scan = markerAfter(file, 0, (marker) => marker === 0xda);
    const end = markerAfter(file, scan + 2, (marker) => marker !== 0);
    const again = Array.from({ length: 200 }, () => file.subarray(scan, end));
    await expectInvalid(Buffer.concat([file.subarray(0, scan), ...again]), /more than 100 scans/);
  });
});

test('a byte or more of a file changed, cut out or put in: an image, or a typed error', async () => {
  const change = fc.record({
    at: fc.nat(2 ** 20),
    byte: fc.oneof(fc.constantFrom(0, 0xff, 0xd8, 0xda, 0xc4, 0x80), fc.nat(255)),
    kind: fc.constantFrom('set', 'set', 'set', 'cut', 'put', 'end'),
  });
  const property = fc.asyncProperty(
    fc.constantFrom(...FILES),
    fc.array(change, { minLength: 1, maxLength: 4 }),
    async (file, changes) => {
      const bytes = changes.reduce(changed, file);
      const began = performance.now();
      const result = await decodeImage(bytes, 'x.bin').catch((error: unknown) => error);
      expect(performance.now() - began).toBeLessThan(2000);
      if (result instanceof Error) expect(result).toBeInstanceOf(SenetError);
      else expect(result).toMatchObject({ data: expect.any(Uint8Array) });
    },
  );
  await fc.assert(property, { numRuns: 600 });
});

interface Change {
  readonly at: number;
  readonly byte: number;
  readonly kind: string;
}

function changed(bytes: Uint8Array, { at, byte, kind }: Change): Uint8Array {
  const place = at % (bytes.length + 1);
  if (kind === 'end') return bytes.subarray(0, place);
  const rest = bytes.subarray(kind === 'put' ? place : place + 1);
  return Buffer.concat([bytes.subarray(0, place), kind === 'cut' ? [] : [byte], rest].map((part) => Buffer.from(part)));
}

/** Position of the first such marker from a position on. */
function markerAfter(jpeg: Uint8Array, from: number, is: (marker: number) => boolean): number {
  return jpeg.findIndex((byte, i) => i >= from && byte === 0xff && is(jpeg[i + 1]!));
}

/** The frame says other sides. */
function claiming(jpeg: Uint8Array, side: number): Uint8Array {
  const at = markerAfter(jpeg, 0, (marker) => marker === 0xc0);
  return jpeg.map((byte, i) => ([5, 7].includes(i - at) ? side >> 8 : [6, 8].includes(i - at) ? side & 255 : byte));
}

/** The first file, with the second one's frame behind its own. */
function twoFrames([first, second]: readonly [Uint8Array, Uint8Array]): Uint8Array {
  const at = markerAfter(first, 0, (marker) => marker === 0xc0);
  const end = markerAfter(first, at + 2, (marker) => marker !== 0);
  return Buffer.concat([first.subarray(0, end), second.subarray(at, end), first.subarray(end)]);
}

async function expectInvalid(bytes: Uint8Array, reason: RegExp): Promise<void> {
  await expect(decodeImage(bytes, 'x.bin')).rejects.toThrow(
    expect.objectContaining({ code: 'FileInvalid', path: 'x.bin', problem: expect.stringMatching(reason) }),
  );
}
