import { toChannels } from './channels.js';
import { fit } from './fit.js';
import { checkImage, type Image } from './image.js';
import type { Preprocessing } from './preprocessing.js';

/** One sample of a network's input. */
export interface PreprocessedImage {
  readonly data: Float32Array;
  /** `[height, width, channels]`, as `data` lies in memory. */
  readonly shape: readonly [number, number, number];
}

/**
 * An image as a network's input, bit for bit as timm's evaluation transform makes it with Pillow: channels, resizing,
 * cropping, then `(sample / 255 − mean) / std` with every step rounded to float32.
 *
 * Source: timm's `transforms_imagenet_eval`; torchvision's `ToTensor` and `Normalize`.
 *
 * @throws SenetError `InputInvalid` for an image that is none, or one so long that it cannot be resized
 * @example
 * ```ts
 * const image = await decodeImage(bytes, 'cat.jpg');
 * const { data, shape } = preprocess(image, preprocessingOf(config.input));
 * const [logits] = await runner.run({ data, shape: [1, ...shape] });
 * ```
 */
export function preprocess(image: Image, preprocessing: Preprocessing): PreprocessedImage {
  checkImage(image);
  const { size, channels } = preprocessing;
  const converted = toChannels(image, channels);
  const fitted = size === undefined ? converted : fit(converted, size, preprocessing);
  return { data: normalize(fitted, preprocessing), shape: [fitted.height, fitted.width, channels] };
}

function normalize({ data, channels }: Image, { mean, std, channelOrder }: Preprocessing): Float32Array {
  const values = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    const table = normalizedBytes(mean[channel]!, std[channel]!);
    const source = channelOrder === 'bgr' ? channels - 1 - channel : channel;
    for (let i = 0; i < data.length; i += channels) values[i + channel] = table[data[i + source]!]!;
  }
  return values;
}

/** What each of the 256 bytes becomes. */
function normalizedBytes(mean: number, std: number): Float32Array {
  const [subtracted, divisor] = [Math.fround(mean), Math.fround(std)];
  return Float32Array.from({ length: 256 }, (_, byte) => Math.fround(Math.fround(byte / 255) - subtracted) / divisor);
}
