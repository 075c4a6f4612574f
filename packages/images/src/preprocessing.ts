import { type InputConfig, SenetError } from '@senet/core/graph';
import type { Interpolation } from './resize/filters.js';

/** How images become a network's input: data, as timm's `pretrained_cfg` has it. */
export interface Preprocessing {
  /** What the network is given; `undefined` takes an image at its own size. */
  readonly size: { readonly height: number; readonly width: number } | undefined;
  readonly channels: 1 | 3;
  /** One value for each channel of the network; subtracted from samples of 0 to 1. */
  readonly mean: readonly number[];
  /** The same; divides what is left. */
  readonly std: readonly number[];
  readonly channelOrder: 'rgb' | 'bgr';
  readonly interpolation: Interpolation;
  /** The share of a resized image's side that the crop keeps. */
  readonly cropPct: number;
  /**
   * - `center`: the shorter side is resized to `size / cropPct`, the middle is cut out
   * - `squash`: both sides are resized to it, whatever the proportions, the middle is cut out
   * - `border`: the longer side is resized to it, and the mean's colour fills up what is missing
   */
  readonly cropMode: 'center' | 'squash' | 'border';
}

/**
 * What a config's `input` says of images, every default stated: bicubic, `cropPct` 0.875, `center`, `rgb`, mean 0,
 * std 1. Open heights and widths take images at their own size.
 *
 * @throws SenetError `InputInvalid` for networks of neither one nor three channels, heights or widths of which one alone
 * is open, and a mean or std of another number of channels
 * @example
 * ```ts
 * const preprocessing = preprocessingOf({ shape: [224, 224, 3], mean: [0.5], std: [0.5], cropPct: 0.9 });
 * ```
 */
export function preprocessingOf(input: InputConfig): Preprocessing {
  const [height, width, channels] = input.shape;
  if (channels !== 1 && channels !== 3) {
    throw new SenetError('InputInvalid', `an image cannot have ${channels} channels`, {
      path: 'input.shape',
      expected: 'a network of one or three channels',
    });
  }
  return {
    size: sizeOf(height, width),
    channels,
    mean: perChannel(input.mean ?? [0], channels, 'input.mean'),
    std: perChannel(input.std ?? [1], channels, 'input.std'),
    channelOrder: input.channelOrder ?? 'rgb',
    interpolation: input.interpolation ?? 'bicubic',
    cropPct: input.cropPct ?? 0.875,
    cropMode: input.cropMode ?? 'center',
  };
}

function sizeOf(height: number | null, width: number | null): Preprocessing['size'] {
  if (height !== null && width !== null) return { height, width };
  if (height === null && width === null) return undefined;
  throw new SenetError('InputInvalid', 'leaves one side open and states the other', {
    path: 'input.shape',
    expected: 'height and width, or null for both',
  });
}

function perChannel(values: readonly number[], channels: number, path: string): readonly number[] {
  if (values.length === channels) return values;
  if (values.length === 1) return new Array<number>(channels).fill(values[0]!);
  throw new SenetError('InputInvalid', `has ${values.length} values`, {
    path,
    expected: `one, or one for each of ${channels} channels`,
  });
}
