import type { Gradient, Kernel, NativeRuntime } from '../backend/contracts.js';
import type { Tensor, TensorInfo } from '../backend/tfjs-internals.js';
import { callForAll, takes } from '../elementwise/shared.js';
import { channelSums, repeat, rowsOf, vectors, views } from './parameters.js';

const FUSED_BATCH_NORM_GRAD = 'SenetFusedBatchNormGrad';

/** tfjs' `FusedBatchNorm`, normalization with given statistics `[c]`, as one affine pass over x `[…, c]`. */
export const fusedBatchNorm: Kernel = {
  name: 'FusedBatchNorm',
  run(runtime, { x, mean, variance, offset, scale }, attributes) {
    const parameters = [mean!, variance!, ...(offset ? [offset] : []), ...(scale ? [scale] : [])];
    if (!takes(x, ...parameters)) return undefined;
    const { channels, count, period } = rowsOf(x!.shape);
    if (!parameters.every((t) => isVector(t, channels))) return undefined;
    const { memory, native } = runtime;
    const y = memory.output(x!.shape);
    const affine = { mean: mean!, variance: variance!, offset, scale, epsilon: attributes.varianceEpsilon as number };
    const center = keptAffine(runtime, affine, channels, period);
    const [factor, shift] = [center + 4 * period, center + 8 * period];
    native.normalize(count, period, memory.address(x!), center, factor, shift, memory.address(y));
    return y;
  },
};

interface Affine {
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly offset: TensorInfo | undefined;
  readonly scale: TensorInfo | undefined;
  readonly epsilon: number;
}

/** Where center, factor and shift lie, vectors of `period` floats: kept as long as the variance. */
function keptAffine(runtime: NativeRuntime, affine: Affine, channels: number, period: number): number {
  const { memory } = runtime;
  const { mean, variance, offset, scale, epsilon } = affine;
  const others = [mean, offset, scale].map((tensor) => (tensor ? memory.keyOf(tensor) : ''));
  return memory.packed(variance, `affine ${[epsilon, period, ...others]}`, 12 * period, (center) => {
    const [factor, shift] = [center + 4 * period, center + 8 * period];
    const factors = inverseDeviations(runtime, variance, epsilon, factor);
    const [centers, shifts, means] = views(runtime, center, shift, mean) as [Float32Array, Float32Array, Float32Array];
    const [scales] = scale ? views(runtime, scale) : [];
    const [offsets] = offset ? views(runtime, offset) : [];
    for (let c = 0; c < channels; c++) {
      centers[c] = means[c]!;
      shifts[c] = offsets ? offsets[c]! : 0;
      if (scales) factors[c]! *= scales[c]!;
    }
    repeat(runtime, [center, factor, shift], channels, period);
  });
}

const isVector = ({ shape }: TensorInfo, length: number) => shape.length === 1 && shape[0] === length;

/** 1 / √(variance + epsilon), written to an address. */
function inverseDeviations(runtime: NativeRuntime, variance: TensorInfo, epsilon: number, to: number): Float32Array {
  const [variances, inverses] = views(runtime, variance, to) as [Float32Array, Float32Array];
  for (let c = 0; c < variance.shape[0]!; c++) inverses[c] = 1 / Math.sqrt(variances[c]! + epsilon);
  return inverses;
}

/** The gradients of {@link fusedBatchNorm}: of x, mean, variance, scale and offset. */
export const fusedBatchNormGrad: Kernel = {
  name: FUSED_BATCH_NORM_GRAD,
  run(runtime, { x, dy, mean, variance, scale }, attributes) {
    if (!takes(x, dy, mean, variance, scale)) return undefined;
    const { memory, native } = runtime;
    const { channels, count, rows, period } = rowsOf(x!.shape);
    const dx = memory.output(x!.shape);
    const ofChannels = Array.from({ length: 4 }, () => memory.output([channels]));
    const addresses = vectors(runtime, 3, period) as [number, number, number];
    const [zero, factor] = addresses;
    const [xAt, dyAt, meanAt] = [memory.address(x!), memory.address(dy!), memory.address(mean!)];
    const sums = channelSums(runtime, channels, (to) =>
      native.channelGradientSums(rows, channels, xAt, dyAt, meanAt, to),
    );
    const factors = inverseDeviations(runtime, variance!, attributes.epsilon as number, factor);
    const [zeros, scales, ...results] = views(runtime, zero, scale!, ...ofChannels) as Float32Array[];
    const [dmeans, dvariances, dscales, doffsets] = results as [Float32Array, Float32Array, Float32Array, Float32Array];
    for (let c = 0; c < channels; c++) {
      const sum = sums.first[c]!;
      const product = sums.second[c]!;
      const inverse = factors[c]!;
      zeros![c] = 0;
      factors[c] = inverse * scales![c]!;
      dmeans[c] = -sum * factors[c]!;
      dvariances[c] = -0.5 * product * inverse * inverse * factors[c]!;
      dscales[c] = product * inverse;
      doffsets[c] = sum;
    }
    repeat(runtime, [zero, factor], channels, period);
    native.normalize(count, period, dyAt, zero, factor, zero, memory.address(dx));
    return [dx, ...ofChannels];
  },
};

/** tfjs' own needs a kernel that repeats x, and sums along leading axes, which are slow on wasm. */
export const fusedBatchNormGradient: Gradient = {
  kernel: 'FusedBatchNorm',
  inputs: ['x', 'mean', 'variance', 'scale'],
  run(runtime, dy, { inputs }, { varianceEpsilon }) {
    const { x, mean, variance, scale } = inputs;
    const tensors = { x: x!, dy: dy as Tensor, mean: mean!, variance: variance!, scale: scale! };
    const channels = x!.shape[x!.rank - 1]!;
    if (!takes(...Object.values(tensors)) || ![mean!, variance!, scale!].every((t) => isVector(t, channels))) {
      return undefined;
    }
    const [dx, dmean, dvariance, dscale, doffset] = callForAll(runtime, FUSED_BATCH_NORM_GRAD, tensors, {
      epsilon: varianceEpsilon,
    });
    return {
      x: () => dx!,
      mean: () => dmean!,
      variance: () => dvariance!,
      scale: () => dscale!,
      offset: () => doffset!,
    };
  },
};
