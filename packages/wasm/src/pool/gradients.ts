import type { Attributes, Kernel, NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { takes } from '../elementwise/shared.js';
import { bytesOfImage, geometryOf, poolInfo } from './geometry.js';

/** dx of `[n, h, w, c]` max-pooling: dy goes to the first largest value of each window. */
export const maxPoolGrad: Kernel = {
  name: 'MaxPoolGrad',
  run(runtime, { dy, input }, attributes) {
    if (!takes(dy, input)) return undefined;
    const { native } = runtime;
    return eachImage(runtime, dy!, input!, attributes, (geometry, x, from, to) =>
      native.maxPoolGradient(...geometry, x, from, to),
    );
  },
};

/**
 * dx of `[n, h, w, c]` average-pooling: dy goes in equal parts to what each window covers. (tfjs divides by the window's
 * whole size, which is wrong at the borders of 'same' pooling, since its forward pass leaves padding out.)
 */
export const avgPoolGrad: Kernel = {
  name: 'AvgPoolGrad',
  run(runtime, { dy, input }, attributes) {
    if (!takes(dy, input)) return undefined;
    const { native } = runtime;
    return eachImage(runtime, dy!, input!, attributes, (geometry, _x, from, to) =>
      native.averagePoolGradient(...geometry, from, to),
    );
  },
};

/** dx, image by image; `spread` is given the addresses of an image's x, dy and dx, which is zero. */
function eachImage(
  { memory, tf }: NativeRuntime,
  dy: TensorInfo,
  input: TensorInfo,
  attributes: Attributes,
  spread: (geometry: ReturnType<typeof geometryOf>, x: number, dy: number, dx: number) => void,
): TensorInfo {
  const geometry = geometryOf(poolInfo(tf, input, attributes), dy.shape);
  const dx = memory.zeroOutput(input.shape);
  const [image, dyImage] = [bytesOfImage(input.shape), bytesOfImage(dy.shape)];
  const [x, from, to] = [memory.address(input), memory.address(dy), memory.address(dx)];
  for (let i = 0; i < input.shape[0]!; i++) spread(geometry, x + i * image, from + i * dyImage, to + i * image);
  return dx;
}
