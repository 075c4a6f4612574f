import type { Kernel, Runtime } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { Tensor } from '../backend/tfjs-internals.js';

/**
 * tfjs' `UnsortedSegmentSum`, which its wasm backend lacks; the gradient of `tf.gather` needs it. y `[segments, …]` of x
 * `[n, …]` and segmentIds `[n]`; rows whose id lies outside are left out.
 */
export const unsortedSegmentSum: Kernel<Runtime> = {
  name: 'UnsortedSegmentSum',
  run({ tf }, inputs, attributes) {
    const { x, segmentIds } = inputs as unknown as { x: Tensor; segmentIds: Tensor };
    const segments = attributes.numSegments as number;
    if (segmentIds.shape.length !== 1) return undefined;
    const [rows, ...row] = x.shape as [number, ...number[]];
    const width = sizeOf(row);
    if (rows * width * segments === 0) return tf.zeros([segments, ...row], x.dtype);
    return tf.tidy(() => {
      const outside = tf.logicalOr(tf.less(segmentIds, 0), tf.greaterEqual(segmentIds, segments));
      const places = tf.where(outside, tf.fill([rows], segments, 'int32'), segmentIds); // one row more takes those
      const sums = tf.scatterND(tf.reshape(places, [rows, 1]), tf.reshape(x, [rows, width]), [segments + 1, width]);
      return tf.reshape(tf.slice(sums, [0, 0], [segments, width]), [segments, ...row]);
    });
  },
};
