import { describe, expect, test } from 'vitest';
import { digestOf, goldenBytes, goldenCases } from '../../../../test/support/images.js';
import { toChannels } from '../channels.js';
import { decodeImage } from './decode-image.js';

interface Case {
  readonly file: string;
  readonly mode: string;
  readonly size: readonly [number, number];
  readonly rgb: string;
  readonly grey: string;
  readonly upright: string;
}

const CASES = goldenCases<Case>('decode.json');
const read = (file: string) => goldenBytes(`images/${file}`);

describe('what Pillow decodes, bit for bit', () => {
  test.each(CASES.map((one) => [one.file, one] as const))('%s', async (file, { mode, size, rgb, grey }) => {
    const image = await decodeImage(read(file), file, { orientation: 'ignore' });
    expect([image.width, image.height]).toEqual(size);
    expect(image.channels).toBe(['1', 'L', 'LA'].includes(mode) ? 1 : 3);
    expect(digestOf(toChannels(image, 3).data)).toBe(rgb);
    expect(digestOf(toChannels(image, 1).data)).toBe(grey);
  });
});

test.each(CASES.filter(({ file }) => file.startsWith('orientation')).map((one) => [one.file, one.upright] as const))(
  '%s is turned upright',
  async (file, upright) => {
    expect(digestOf((await decodeImage(read(file), file)).data)).toBe(upright);
  },
);
