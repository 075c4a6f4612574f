import type { Kernel } from '../backend/contracts.js';

type Amounts = readonly [before: number, after: number];

/**
 * tfjs' `PadV2` of maps `[n, h, w, c]` by zeros down and across, in whole rows; tfjs' own, which takes any axis, writes
 * number by number.
 */
export const padV2: Kernel = {
  name: 'PadV2',
  run({ memory, native }, { x }, attributes) {
    const { paddings, constantValue } = attributes as unknown as { paddings: Amounts[]; constantValue: number };
    if (x!.dtype !== 'float32' || constantValue !== 0 || !isOfMaps(paddings)) return undefined;
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const [, [above, below], [left, right]] = paddings as [Amounts, Amounts, Amounts, Amounts];
    const pixel = 4 * channels;
    const y = memory.output([batch, above + height + below, left + width + right, channels]);
    const [from, to] = [memory.address(x!), memory.address(y)];
    for (let n = 0; n < batch; n++) {
      const image = from + n * height * width * pixel;
      const padded = to + n * (above + height + below) * (left + width + right) * pixel;
      native.padRows(height, width * pixel, above, below, left * pixel, right * pixel, image, padded);
    }
    return y;
  },
};

function isOfMaps(paddings: readonly Amounts[]): boolean {
  const [batch, , , channels] = paddings;
  return paddings.length === 4 && [...batch!, ...channels!].every((amount) => amount === 0);
}
