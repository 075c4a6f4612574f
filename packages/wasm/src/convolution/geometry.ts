import type { Attributes } from '../backend/contracts.js';
import type { Tf } from '../backend/tfjs-internals.js';

/** Sizes of a 2-D convolution over NHWC, as tfjs computes them. */
export type Geometry = ReturnType<Tf['backend_util']['computeConv2DInfo']>;

type Quad = [number, number, number, number];

/**
 * The geometry of a convolution from a kernel's attributes, or undefined for what our kernels do not take: NCHW, and
 * strides together with dilations (tfjs refuses those too).
 *
 * @param inputShape `[n, h, w, cin]`
 * @param filterShape `[kh, kw, cin, cout]`
 */
export function geometryOf(
  tf: Tf,
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
): Geometry | undefined {
  const {
    strides,
    pad,
    dilations = 1,
    dimRoundingMode,
    dataFormat = 'NHWC',
  } = attributes as unknown as ConvolutionAttributes;
  if (dataFormat !== 'NHWC') return undefined;
  const geometry = tf.backend_util.computeConv2DInfo(
    inputShape as Quad,
    filterShape as Quad,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const strided = geometry.strideHeight > 1 || geometry.strideWidth > 1;
  if (strided && isDilated(geometry)) return undefined;
  return geometry.batchSize * geometry.outHeight * geometry.outWidth > 0 ? geometry : undefined;
}

interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];
  dilations?: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dataFormat?: string;
}

export function isDilated({ dilationHeight, dilationWidth }: Geometry): boolean {
  return dilationHeight > 1 || dilationWidth > 1;
}

/** A 1×1 convolution that reads every pixel once, in order: a plain matrix product. */
export function isPointwise(geometry: Geometry): boolean {
  const { filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth, padInfo } = geometry;
  return (
    filterHeight * filterWidth === 1 &&
    padInfo.top + padInfo.left === 0 &&
    outHeight === inHeight &&
    outWidth === inWidth
  );
}

/** An image with zeros around it. Lengths are pixels. */
export interface Padded {
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  /** False where the image can be read where it lies. */
  readonly needed: boolean;
}

/** The input with as much padding as the windows reach for: at least the image itself, whatever the windows leave out. */
export function paddedInput(geometry: Geometry): Padded {
  const { padInfo, inHeight, inWidth, outHeight, outWidth } = geometry;
  const reach = (outputs: number, stride: number, extent: number) => (outputs - 1) * stride + extent;
  const bottom = reach(outHeight, geometry.strideHeight, geometry.effectiveFilterHeight) - padInfo.top - inHeight;
  const right = reach(outWidth, geometry.strideWidth, geometry.effectiveFilterWidth) - padInfo.left - inWidth;
  return around(inHeight, inWidth, padInfo.top, padInfo.left, bottom, right);
}

/** An image of that size with that much padding; negative padding is none. */
export function around(h: number, w: number, top: number, left: number, bottom: number, right: number): Padded {
  const below = Math.max(0, bottom);
  const beside = Math.max(0, right);
  const needed = top + left + below + beside > 0;
  return { height: top + h + below, width: left + w + beside, top, left, needed };
}

/**
 * Where the runs of a window begin, in bytes from its first pixel: a run per kernel row where its pixels adjoin, a run per
 * tap where dilation spreads them.
 */
export interface Runs {
  readonly offsets: readonly number[];
  /** Floats of a run. */
  readonly length: number;
}

export function runsOfWindow(
  taps: { rows: number; columns: number },
  dilations: Pair,
  row: number,
  channels: number,
): Runs {
  const [down, across] = dilations;
  const spread = across > 1 && taps.columns > 1;
  const perRow = spread ? taps.columns : 1;
  const offsets = Array.from({ length: taps.rows * perRow }, (_, i) => {
    return Math.floor(i / perRow) * down * row + (i % perRow) * across * channels * 4;
  });
  return { offsets, length: spread ? channels : taps.columns * channels };
}

export type Pair = readonly [number, number];
