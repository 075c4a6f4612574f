/**
 * Convolutions that tfjs' own kernels get wrong: `'same'` where strides leave pixels out (they give zeros), and a number as
 * padding where kernel or strides are not square (they write past the output's end).
 */
import type { Inputs, Kernel, Runtime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { type Geometry, geometryOf } from '../convolution/geometry.js';
import { depthwiseGeometryOf } from './geometry.js';
import { reach, reached, type Tensor4D } from './images.js';

export const forwardKernels: readonly Kernel<Runtime>[] = [
  repaired('Conv2D', geometryOf),
  repaired('FusedConv2D', geometryOf),
  repaired('DepthwiseConv2dNative', depthwiseGeometryOf),
  repaired('FusedDepthwiseConv2D', depthwiseGeometryOf),
];

/** The kernel, with the padding made beforehand where the stock one cannot make it. */
function repaired(name: string, sizes: typeof geometryOf): Kernel<Runtime> {
  return {
    name,
    run({ tf }, inputs, attributes) {
      const { x, filter } = inputs as { x: Tensor4D; filter: TensorInfo };
      const { pad } = attributes;
      if (pad !== 'same' && typeof pad !== 'number') return undefined;
      const geometry = sizes(tf, x.shape, filter.shape, attributes);
      if (!geometry || !(pad === 'same' ? leavesPixelsOut(geometry) : isLopsided(geometry))) return undefined;
      return tf.tidy(() => {
        const padded: Inputs = { ...inputs, x: reached(tf, x, geometry) };
        const valid = { ...attributes, pad: 'valid', dimRoundingMode: undefined };
        return tf.engine().runKernel(name, padded as never, valid as never) as Tensor4D;
      });
    },
  };
}

function leavesPixelsOut(geometry: Geometry): boolean {
  const { rows, columns } = reach(geometry);
  return geometry.filterHeight * geometry.filterWidth > 1 && (rows[1] < 0 || columns[1] < 0);
}

function isLopsided(geometry: Geometry): boolean {
  const { strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = geometry;
  return strideHeight !== strideWidth || effectiveFilterHeight !== effectiveFilterWidth;
}
