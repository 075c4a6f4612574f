import type { Attributes } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { TensorInfo, Tf } from '../backend/tfjs-internals.js';

type Conv2DInfo = ReturnType<Tf['backend_util']['computePool2DInfo']>;
type Shape = [number, number, number, number];

export function poolInfo(tf: Tf, x: TensorInfo, attributes: Attributes): Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as {
    filterSize: number | [number, number];
    strides: number | [number, number];
    pad: 'same' | 'valid' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
  return tf.backend_util.computePool2DInfo(x.shape as Shape, filterSize, strides, 1, pad, dimRoundingMode);
}

/** An image, its windows and their padding, in the order in which kernels take them. */
export type Geometry = [
  height: number,
  width: number,
  channels: number,
  outHeight: number,
  outWidth: number,
  windowHeight: number,
  windowWidth: number,
  strideHeight: number,
  strideWidth: number,
  top: number,
  left: number,
];

/** Sizes of the output are given, for tfjs does not tell gradients how they were rounded. */
export function geometryOf(info: Conv2DInfo, [, outHeight, outWidth]: readonly number[]): Geometry {
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  return [
    ...([inHeight, inWidth, inChannels, outHeight!, outWidth!] as const),
    ...([filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left] as const),
  ];
}

/**
 * Whether tfjs' wasm backend pools so: it counts the windows anew, rounding down, so with a number as padding (where tfjs
 * counts both ways by the height, and may round up) it can write past the output's end; and it takes no window that lies in
 * padding alone.
 */
export function isStockRight({ padInfo, ...info }: Conv2DInfo): boolean {
  const { top, bottom, left, right } = padInfo;
  const rows = Math.floor((info.inHeight + top + bottom - info.filterHeight) / info.strideHeight) + 1;
  const columns = Math.floor((info.inWidth + left + right - info.filterWidth) / info.strideWidth) + 1;
  const reaches = top < info.filterHeight && left < info.filterWidth;
  return reaches && rows === info.outHeight && columns === info.outWidth;
}

/** Of one image. */
export function bytesOfImage(shape: readonly number[]): number {
  return 4 * sizeOf(shape.slice(1));
}
