import type { Gradient, Kernel } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';
import { callForAll, takes } from '../elementwise/shared.js';
import { channelSums, repeat, rowsOf, vectors, views } from './parameters.js';

/** What {@link batchNormTraining} is registered as. */
export const BATCH_NORM_TRAINING = 'SenetBatchNormTraining';
const BATCH_NORM_TRAINING_GRAD = 'SenetBatchNormTrainingGrad';

/**
 * Batch normalization with the batch's own statistics (Ioffe and Szegedy 2015, algorithm 1): x `[…, c]`, scale and offset
 * `[c]`, attribute `epsilon`. Outputs y, mean and (biased) variance, of which only y has a gradient.
 */
export const batchNormTraining: Kernel = {
  name: BATCH_NORM_TRAINING,
  run(runtime, { x, scale, offset }, attributes) {
    if (!takes(x, scale, offset)) return undefined;
    const { memory, native } = runtime;
    const { channels, count, rows, period } = rowsOf(x!.shape);
    const [y, mean, variance] = [
      memory.output(x!.shape),
      memory.output([channels]),
      memory.output([channels]),
    ] as const;
    const addresses = vectors(runtime, 3, period);
    const statistics = channelSums(runtime, channels, (to) =>
      native.channelStatistics(rows, channels, memory.address(x!), to),
    );
    const [centers, factors, shifts] = views(runtime, ...addresses) as Three;
    const [means, variances] = views(runtime, mean, variance) as Two;
    const [scales, offsets] = views(runtime, scale!, offset!) as Two;
    for (let c = 0; c < channels; c++) {
      const exactMean = statistics.first[c]!;
      const exactVariance = statistics.second[c]! / rows;
      const factor = scales[c]! / Math.sqrt(exactVariance + (attributes.epsilon as number));
      means[c] = exactMean;
      variances[c] = exactVariance;
      centers[c] = exactMean;
      factors[c] = factor;
      shifts[c] = offsets[c]! - (exactMean - centers[c]!) * factor; // with what rounding the mean to a float lost
    }
    repeat(runtime, addresses, channels, period);
    native.normalize(count, period, memory.address(x!), ...(addresses as Addresses<3>), memory.address(y));
    return [y, mean, variance];
  },
};

type Two = [Float32Array, Float32Array];
type Three = [...Two, Float32Array];
type Four = [...Three, Float32Array];
type Addresses<N> = N extends 3 ? [number, number, number] : [number, number, number, number];

/** dx, dscale and doffset of {@link batchNormTraining}. */
export const batchNormTrainingGrad: Kernel = {
  name: BATCH_NORM_TRAINING_GRAD,
  run(runtime, { x, dy, scale, mean, variance }, attributes) {
    if (!takes(x, dy, scale, mean, variance)) return undefined;
    const { memory, native } = runtime;
    const { channels, count, rows, period } = rowsOf(x!.shape);
    const [dx, dscale, doffset] = [
      memory.output(x!.shape),
      memory.output([channels]),
      memory.output([channels]),
    ] as const;
    const addresses = vectors(runtime, 4, period);
    const [xAt, dyAt, meanAt] = [memory.address(x!), memory.address(dy!), memory.address(mean!)];
    const sums = channelSums(runtime, channels, (to) =>
      native.channelGradientSums(rows, channels, xAt, dyAt, meanAt, to),
    );
    const [centers, factors, slopes, shifts] = views(runtime, ...addresses) as Four;
    const [means, variances, scales] = views(runtime, mean!, variance!, scale!) as Three;
    const [dscales, doffsets] = views(runtime, dscale, doffset) as Two;
    for (let c = 0; c < channels; c++) {
      const sum = sums.first[c]!;
      const product = sums.second[c]!;
      const inverse = 1 / Math.sqrt(variances[c]! + (attributes.epsilon as number));
      const factor = scales[c]! * inverse;
      doffsets[c] = sum;
      dscales[c] = product * inverse;
      centers[c] = means[c]!;
      factors[c] = factor;
      slopes[c] = (-factor * inverse * inverse * product) / rows;
      shifts[c] = (-factor * sum) / rows;
    }
    repeat(runtime, addresses, channels, period);
    native.normalizeGradient(count, period, xAt, dyAt, ...(addresses as Addresses<4>), memory.address(dx));
    return [dx, dscale, doffset];
  },
};

export const batchNormTrainingGradient: Gradient = {
  kernel: BATCH_NORM_TRAINING,
  inputs: ['x', 'scale'],
  outputs: [false, true, true],
  run(runtime, dy, { inputs, outputs }, { epsilon }) {
    const [, mean, variance] = outputs as Tensor[];
    const tensors = { x: inputs.x!, scale: inputs.scale!, mean: mean!, variance: variance!, dy: (dy as Tensor[])[0]! };
    const [dx, dscale, doffset] = callForAll(runtime, BATCH_NORM_TRAINING_GRAD, tensors, { epsilon });
    return { x: () => dx!, scale: () => dscale!, offset: () => doffset! };
  },
};
