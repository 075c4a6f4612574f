import { cropCenter } from './crop.js';
import type { Image } from './image.js';
import type { Preprocessing } from './preprocessing.js';
import { resize } from './resize/resize.js';
import { roundHalfToEven } from './round.js';

interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Resizes and crops an image to the size that a network is given.
 *
 * Source: timm's `transforms_imagenet_eval`, with torchvision's `Resize` and `CenterCrop`.
 */
export function fit(image: Image, size: Size, { cropPct, cropMode, interpolation, ...rest }: Preprocessing): Image {
  const target = { height: Math.floor(size.height / cropPct), width: Math.floor(size.width / cropPct) };
  const resized = resize(image, { ...resizedSize(image, target, cropMode), interpolation });
  return cropCenter(resized, { ...size, fill: cropMode === 'border' ? meanColour(image.channels, rest) : undefined });
}

function resizedSize(image: Size, target: Size, cropMode: Preprocessing['cropMode']): Size {
  if (cropMode === 'squash') return target;
  const ratios = [image.height / target.height, image.width / target.width] as const;
  if (cropMode === 'border') return scaled(image, Math.max(...ratios));
  return target.height === target.width ? shorterSideTo(image, target.height) : scaled(image, Math.min(...ratios));
}

/** torchvision cuts off the longer side's fraction … */
function shorterSideTo({ height, width }: Size, side: number): Size {
  if (width <= height) return { width: side, height: Math.trunc((side * height) / width) };
  return { width: Math.trunc((side * width) / height), height: side };
}

/** … and timm's `ResizeKeepRatio` rounds both. */
function scaled({ height, width }: Size, ratio: number): Size {
  return { height: roundHalfToEven(height / ratio), width: roundHalfToEven(width / ratio) };
}

/** The mean as a pixel of the image, whose channels are red, green, blue still. */
function meanColour(channels: number, { mean, channelOrder }: Pick<Preprocessing, 'mean' | 'channelOrder'>): number[] {
  const colour = mean.slice(0, channels).map((value) => roundHalfToEven(255 * value));
  return channelOrder === 'bgr' ? colour.reverse() : colour;
}
