import type { Kernel, Runtime } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';

/**
 * tfjs' `AvgPoolGrad` for windows that reach over the border. The forward pass divides by what a window covers, tfjs' own
 * gradient by its whole size. dy is scaled to make up for that, and the padding made beforehand.
 */
export const averagePoolGradient: Kernel<Runtime> = {
  name: 'AvgPoolGrad',
  run({ tf }, inputs, attributes) {
    const { dy, input } = inputs as unknown as { dy: Tensor; input: Tensor };
    const { filterSize, strides, pad, dimRoundingMode } = attributes as never as PoolAttributes;
    if (pad === 'valid' || input.shape.length !== 4) return undefined;
    const { padInfo, ...info } = tf.backend_util.computePool2DInfo(
      ...([input.shape as Quad, filterSize, strides, 1, pad, dimRoundingMode] as const),
    );
    if (padInfo.top + padInfo.bottom + padInfo.left + padInfo.right === 0) return undefined;
    const rows = coverage(info.outHeight, info.strideHeight, info.filterHeight, padInfo.top, info.inHeight);
    const columns = coverage(info.outWidth, info.strideWidth, info.filterWidth, padInfo.left, info.inWidth);
    const size = info.filterHeight * info.filterWidth;
    const reach = (count: number, stride: number, filter: number) => (count - 1) * stride + filter;
    const height = Math.max(padInfo.top + info.inHeight, reach(info.outHeight, info.strideHeight, info.filterHeight));
    const width = Math.max(padInfo.left + info.inWidth, reach(info.outWidth, info.strideWidth, info.filterWidth));
    return tf.tidy(() => {
      const scale = rows.flatMap((row) => columns.map((column) => size / (row * column)));
      const scaled = tf.mul(dy, tf.tensor(scale, [1, rows.length, columns.length, 1]));
      const padded = tf.zeros([info.batchSize, height, width, info.inChannels]);
      const whole = tf.engine().runKernel('AvgPoolGrad', { dy: scaled, input: padded }, {
        ...{ filterSize, strides, pad: 'valid' },
      } as never) as Tensor;
      return tf.slice(whole, [0, padInfo.top, padInfo.left, 0], input.shape as Quad);
    });
  },
};

type Quad = [number, number, number, number];

interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** How many of the `filter` positions of each window lie on the input. */
function coverage(count: number, stride: number, filter: number, before: number, length: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const from = i * stride - before;
    return Math.max(1, Math.min(from + filter, length) - Math.max(from, 0));
  });
}
