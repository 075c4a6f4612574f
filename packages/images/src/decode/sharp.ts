import { SenetError } from '@senet/core/graph';
import { blankImage, type Image, MAX_PIXELS } from '../image.js';
import { grey16Error } from './checks.js';
import type { DecodeOptions } from './options.js';

/** Imports sharp; tests take another. */
export type SharpLoader = () => Promise<typeof import('sharp')>;

/**
 * Decodes whatever sharp (libvips) can, the first picture of files that have several. Colours are taken as they are
 * stored: no profile is applied.
 *
 * @throws SenetError `MissingPart` where sharp is not installed, `FileInvalid`
 */
export async function decodeWithSharp(
  bytes: Uint8Array,
  path: string,
  { orientation, grey16 }: DecodeOptions,
  load: SharpLoader = () => import('sharp'),
): Promise<Image> {
  const { default: sharp } = await load().catch((cause: unknown) => {
    throw new SenetError('MissingPart', 'sharp, which decodes this file, is not installed', {
      path,
      expected: 'npm i sharp, or a PNG or JPEG without the option decoder',
      cause,
    });
  });
  const options = { failOn: 'truncated', ignoreIcc: true, limitInputPixels: MAX_PIXELS } as const;
  const input = sharp(bytes, options);
  const { space } = await input.metadata();
  if (space === 'grey16' && grey16 !== 'scale') throw grey16Error(path);
  const stored = orientation === 'ignore' ? input : input.autoOrient();
  const colours = stored.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' });
  const { data, info } = await colours.toBuffer({ resolveWithObject: true });
  const image = blankImage(info.width, info.height, space === 'b-w' || space === 'grey16' ? 1 : 3);
  const step = info.channels / image.channels; // grey comes three times
  if (data.length !== image.data.length * step) throw new Error(`${info.channels} channels`);
  for (let i = 0; i < image.data.length; i++) image.data[i] = data[i * step]!;
  return image;
}
