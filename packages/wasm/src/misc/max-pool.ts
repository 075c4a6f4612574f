import type { Kernel, Runtime } from '../backend/contracts.js';
import type { Tensor, Tf } from '../backend/tfjs-internals.js';

/**
 * tfjs' `MaxPoolGrad`. Its wasm backend's own gives wrong values. dx `[n, h, w, c]`: each dy goes to the first of the
 * largest values of its window.
 */
export const maxPoolGradient: Kernel<Runtime> = {
  name: 'MaxPoolGrad',
  run({ tf }, inputs, attributes) {
    const { dy, input } = inputs as unknown as { dy: Tensor; input: Tensor };
    if (input.shape.length !== 4 || input.dtype !== 'float32') return undefined;
    const { filterSize, strides, pad, dimRoundingMode } = attributes as never as PoolAttributes;
    const info = tf.backend_util.computePool2DInfo(
      ...([input.shape as Quad, filterSize, strides, 1, pad, dimRoundingMode] as const),
    );
    return tf.tensor(routed(input.dataSync<'float32'>(), dy.dataSync<'float32'>(), info), input.shape);
  },
};

type Quad = [number, number, number, number];
type PoolInfo = ReturnType<Tf['backend_util']['computePool2DInfo']>;

interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function routed(x: Float32Array, dy: Float32Array, info: PoolInfo): Float32Array {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, padInfo } = info;
  const dx = new Float32Array(x.length);
  let at = 0;
  for (let n = 0; n < batchSize; n++) {
    const image = n * inHeight * inWidth * inChannels;
    for (let row = 0; row < outHeight; row++) {
      const top = row * info.strideHeight - padInfo.top;
      const [y0, y1] = [Math.max(top, 0), Math.min(top + info.effectiveFilterHeight, inHeight)];
      for (let column = 0; column < outWidth; column++) {
        const left = column * info.strideWidth - padInfo.left;
        const [x0, x1] = [Math.max(left, 0), Math.min(left + info.effectiveFilterWidth, inWidth)];
        for (let c = 0; c < inChannels; c++, at++) {
          let best = -1;
          for (let y = y0; y < y1; y++) {
            for (let i = x0; i < x1; i++) {
              const place = image + (y * inWidth + i) * inChannels + c;
              if (best < 0 || x[place]! > x[best]!) best = place;
            }
          }
          if (best >= 0) dx[best] = dx[best]! + dy[at]!;
        }
      }
    }
  }
  return dx;
}
