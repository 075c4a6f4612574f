import { SenetError } from '@senet/core/graph';
import type { Image } from './image.js';

/** What a network wants of images. */
export interface Preparation {
  readonly channels: number;
  /** One value, or one for each channel; subtracted. */
  readonly mean?: readonly number[] | undefined;
  /** The same; divides what is left. */
  readonly std?: readonly number[] | undefined;
}

/**
 * An image as a network's input, `[height, width, channels]`: grey is repeated for three channels, colours become grey
 * by the luma of ITU-R BT.601, then `(x − mean) / std`.
 *
 * @throws SenetError `InputInvalid` where a network takes neither one nor three channels
 */
export function prepareImage(
  image: Image,
  { channels, mean = [0], std = [1] }: Preparation,
  path: string,
): Float32Array {
  const values = toChannels(image, channels, path);
  for (let i = 0; i < values.length; i++) {
    const channel = i % channels;
    values[i] = (values[i]! - mean[channel % mean.length]!) / std[channel % std.length]!;
  }
  return values;
}

function toChannels({ data, channels, width, height }: Image, wanted: number, path: string): Float32Array {
  if (wanted !== 1 && wanted !== 3) {
    throw new SenetError('InputInvalid', `an image cannot have ${wanted} channels`, {
      path,
      expected: 'a config for one or three channels, or a .npy file',
    });
  }
  if (channels === wanted) return data.slice();
  const values = new Float32Array(width * height * wanted);
  if (wanted === 3) return values.map((_, i) => data[Math.floor(i / 3)]!);
  return values.map((_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!);
}
