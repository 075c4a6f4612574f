/** Photographs as a network sees them: the crops that Pillow made, and the first values of its input. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { digestOf, goldenBytes, goldenPath } from '../../../test/support/images.js';
import { cropCenter, decodeImage, preprocess, preprocessingOf, resize, toChannels } from './index.js';

const { images } = JSON.parse(readFileSync(goldenPath('real/efficientnet_lite0_real.json'), 'utf8'));

describe.each(['chelsea', 'coffee', 'rocket', 'camera'])('%s', (name) => {
  const photograph = () => decodeImage(goldenBytes(`real/${name}.png`), name);
  const pillowsCrop = async () => toChannels(await decodeImage(goldenBytes(`real/${name}_224.png`), name), 3);

  test('shorter side 256, centre 224: the same crop, bit for bit', async () => {
    const image = await photograph();
    const ratio = 256 / Math.min(image.width, image.height);
    const size = { width: Math.trunc(image.width * ratio), height: Math.trunc(image.height * ratio) };
    const crop = cropCenter(resize(image, size), { width: 224, height: 224 });
    expect(digestOf(toChannels(crop, 3).data)).toBe(digestOf((await pillowsCrop()).data));
  });

  test("as preprocessing: the network's input", async () => {
    const input = { shape: [224, 224, 3] as [number, number, number], mean: [0.5], std: [0.5], cropPct: 0.875 };
    const { data } = preprocess(await photograph(), preprocessingOf(input));
    // The file has seven digits of the first channel's first eight values.
    const firsts = Array.from({ length: 8 }, (_, x) => Number(data[3 * x]!.toPrecision(7)));
    expect(firsts).toEqual(images[name].input_first8);
    const expected = Float32Array.from((await pillowsCrop()).data, (byte) => (Math.fround(byte / 255) - 0.5) / 0.5);
    expect(digestOf(data)).toBe(digestOf(expected));
  });
});
