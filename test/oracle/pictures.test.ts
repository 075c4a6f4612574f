/** Pictures on their way into a network: bit for bit what Pillow makes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, preprocess, preprocessingOf } from '@senet/images';
import { describe, expect, test } from 'vitest';
import { integer, pick, randomFor, uniform } from './random.js';
import { readValue } from './tensors.js';
import { useWorker } from './worker.js';

const { call, folder } = useWorker('torch', 'pillow_worker');

const CASES = Array.from({ length: 40 }, (_, i) => randomCase(`picture ${i}`));

describe('decoding, resizing, cropping and normalising', () => {
  test.each(CASES)('$name: $mode $width×$height, $interpolation, $cropMode', async (it) => {
    const path = join(folder, `${it.name}.png`);
    const { size, channels, mean, std, cropPct, cropMode, interpolation } = it;
    await call('draw', { path, width: it.width, height: it.height, mode: it.mode, seed: it.seed });
    const options = { size, channels, mean, std, crop_pct: cropPct, crop_mode: cropMode, interpolation };
    await call('prepare', { path, folder, ...options });
    const expected = readValue(join(folder, 'prepared.safetensors'), 'image');

    const input = { shape: [size, size, channels] as [number, number, number], mean, std, cropPct, cropMode };
    const picture = await decodeImage(readFileSync(path), path);
    const { data, shape } = preprocess(picture, preprocessingOf({ ...input, interpolation }));
    expect(shape, it.name).toEqual(expected.shape);
    expect(
      data.findIndex((value, i) => value !== expected.data[i]),
      `${it.name}: first difference`,
    ).toBe(-1);
  });
});

function randomCase(name: string) {
  const random = randomFor(name);
  const channels = pick(random, [1, 3, 3]);
  return {
    name,
    channels,
    mode: pick(random, ['RGB', 'RGB', 'L', 'RGBA']),
    width: integer(random, 5, 400),
    height: integer(random, 5, 400),
    size: integer(random, 8, 160),
    seed: integer(random, 0, 2 ** 31),
    mean: [...uniform(random, channels, 0, 1)],
    std: [...uniform(random, channels, 0.1, 1)],
    cropPct: pick(random, [0.875, 0.9, 0.95, 1]),
    cropMode: pick(random, ['center', 'center', 'squash'] as const),
    interpolation: pick(random, ['bilinear', 'bicubic', 'bicubic'] as const),
  };
}
