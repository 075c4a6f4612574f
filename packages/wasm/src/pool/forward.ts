import type { Kernel } from '../backend/contracts.js';
import { takes } from '../elementwise/shared.js';
import { bytesOfImage, geometryOf, isStockRight, poolInfo } from './geometry.js';

/** tfjs' `MaxPool` and `AvgPool`, where its own kernels write past their output; elsewhere they are as fast. */
export const forwardKernels: readonly Kernel[] = [pooling('MaxPool', 'maxPool'), pooling('AvgPool', 'averagePool')];

function pooling(name: string, kernel: 'maxPool' | 'averagePool'): Kernel {
  return {
    name,
    run(runtime, { x }, attributes) {
      const { memory, native, tf } = runtime;
      const info = poolInfo(tf, x!, attributes);
      if (isStockRight(info) || !takes(x)) return undefined;
      const y = memory.output(info.outShape);
      const geometry = geometryOf(info, y.shape);
      const [from, to] = [memory.address(x!), memory.address(y)];
      for (let i = 0; i < info.batchSize; i++) {
        native[kernel](...geometry, from + i * bytesOfImage(x!.shape), to + i * bytesOfImage(y.shape));
      }
      return y;
    },
  };
}
