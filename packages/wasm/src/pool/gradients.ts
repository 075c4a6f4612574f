import type { Kernel } from '../backend/contracts.js';
import { takes } from '../elementwise/shared.js';
import { bytesOfImage, geometryOf, poolInfo } from './geometry.js';

/** dx of `[n, h, w, c]` max-pooling: dy goes to the first largest value of each window. */
export const maxPoolGrad: Kernel = {
  name: 'MaxPoolGrad',
  run(runtime, { dy, input }, attributes) {
    if (!takes(runtime, dy, input)) return undefined;
    const { memory, native, tf } = runtime;
    const geometry = geometryOf(poolInfo(tf, input!, attributes), dy!.shape);
    const dx = memory.zeroOutput(input!.shape);
    const image = bytesOfImage(input!.shape);
    const dyImage = bytesOfImage(dy!.shape);
    const [x, from, to] = [memory.address(input!), memory.address(dy!), memory.address(dx)];
    for (let i = 0; i < input!.shape[0]!; i++) {
      native.maxPoolGradient(...geometry, x + i * image, from + i * dyImage, to + i * image);
    }
    return dx;
  },
};

/**
 * dx of `[n, h, w, c]` average-pooling: dy goes in equal parts to what each window covers. (tfjs divides by the window's
 * whole size, which is wrong at the borders of 'same' pooling, since its forward pass leaves padding out.)
 */
export const avgPoolGrad: Kernel = {
  name: 'AvgPoolGrad',
  run(runtime, { dy, input }, attributes) {
    if (!takes(runtime, dy, input)) return undefined;
    const { memory, native, tf } = runtime;
    const geometry = geometryOf(poolInfo(tf, input!, attributes), dy!.shape);
    const dx = memory.zeroOutput(input!.shape);
    const image = bytesOfImage(input!.shape);
    const dyImage = bytesOfImage(dy!.shape);
    const [from, to] = [memory.address(dy!), memory.address(dx)];
    for (let i = 0; i < input!.shape[0]!; i++) {
      native.averagePoolGradient(...geometry, from + i * dyImage, to + i * image);
    }
    return dx;
  },
};
