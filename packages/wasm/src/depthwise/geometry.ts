import type { Attributes } from '../backend/contracts.js';
import type { Tf } from '../backend/tfjs-internals.js';

/** One axis of a convolution; lengths are pixels. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the input. */
  readonly before: number;
}

/**
 * A depthwise convolution as a grouped one: x `[batch, h, w, ins, groups]`, filter `[kh, kw, ins, groups, outs]`,
 * y `[batch, h', w', groups, outs]`. `ins` is more than 1 where the windows never part pixels that lie side by side, as
 * where the channels of a group were laid out in space: then `w` counts such runs of pixels.
 */
export interface Geometry {
  readonly batch: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly groups: number;
  readonly ins: number;
  readonly outs: number;
  /** tfjs' shapes: x, filter, y. */
  readonly shapes: { readonly x: number[]; readonly filter: number[]; readonly y: number[] };
}

type Quad = [number, number, number, number];

/**
 * The geometry, or undefined for what our kernels do not take: NCHW, and strides together with dilations (tfjs refuses
 * those too).
 *
 * @param x `[n, h, w, c]`
 * @param filter `[kh, kw, c, multiplier]`
 */
export function geometryOf(
  tf: Tf,
  x: readonly number[],
  filter: readonly number[],
  attributes: Attributes,
): Geometry | undefined {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attributes as unknown as DepthwiseAttributes;
  if (dataFormat !== undefined && dataFormat !== 'NHWC') return undefined;
  const info = tf.backend_util.computeConv2DInfo(
    ...([x as Quad, filter as Quad, strides, dilations ?? 1, pad, dimRoundingMode, true] as const),
  );
  const strided = info.strideHeight > 1 || info.strideWidth > 1;
  const dilated = info.dilationHeight > 1 || info.dilationWidth > 1;
  if ((strided && dilated) || info.batchSize * info.outHeight * info.outWidth <= 0) return undefined;
  const outs = filter[3]!;
  const ins = outs > 1 && !dilated ? pixelsTogether(info) : 1;
  return {
    batch: info.batchSize,
    rows: {
      ...{ input: info.inHeight, output: info.outHeight, kernel: info.filterHeight, stride: info.strideHeight },
      ...{ dilation: info.dilationHeight, before: info.padInfo.top },
    },
    columns: {
      ...{ input: info.inWidth / ins, output: info.outWidth, kernel: info.filterWidth / ins },
      ...{ stride: info.strideWidth / ins, dilation: info.dilationWidth, before: info.padInfo.left / ins },
    },
    ...{ groups: info.inChannels, ins, outs },
    shapes: { x: [...x], filter: [...filter], y: [...info.outShape] },
  };
}

interface DepthwiseAttributes {
  strides: number | [number, number];
  pad: 'same' | 'valid' | number;
  dilations?: number | [number, number] | null;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dataFormat?: string;
}

type ConvolutionInfo = ReturnType<Tf['backend_util']['computeConv2DInfo']>;

/** The longest run of pixels that all windows take or leave as one. */
function pixelsTogether({ strideWidth, filterWidth, inWidth, padInfo }: ConvolutionInfo): number {
  return [filterWidth, inWidth, padInfo.left].reduce(greatestDivisor, strideWidth);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
