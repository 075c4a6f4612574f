import type { Attributes } from '../backend/contracts.js';
import type { Tf } from '../backend/tfjs-internals.js';
import type { Geometry } from '../convolution/geometry.js';

type Arguments = Parameters<Tf['backend_util']['computeConv2DInfo']>;

/**
 * The geometry of a depthwise convolution over NHWC; undefined where it has no outputs, and for NCHW.
 *
 * @param filterShape `[kh, kw, c, multiplier]`
 */
export function depthwiseGeometryOf(
  tf: Tf,
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
): Geometry | undefined {
  const { strides, pad, dilations, dimRoundingMode, dataFormat = 'NHWC' } = attributes;
  if (dataFormat !== 'NHWC') return undefined;
  const geometry = tf.backend_util.computeConv2DInfo(
    inputShape as Arguments[0],
    filterShape as Arguments[1],
    strides as Arguments[2],
    (dilations as Arguments[3]) ?? 1,
    pad as Arguments[4],
    dimRoundingMode as Arguments[5],
    true,
  );
  return geometry.batchSize * geometry.outHeight * geometry.outWidth > 0 ? geometry : undefined;
}
