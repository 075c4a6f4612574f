import type * as tfjs from '@tensorflow/tfjs';
import type { Gradient, Runtime } from '../backend/contracts.js';
import { recordingDepth, type Tensor, type Tf } from '../backend/tfjs-internals.js';
import { sumOverPixels, type Tensor4D } from './images.js';

/** The gradient of `FusedBatchNorm` where statistics are vectors `[c]`. tfjs' own tiles them to the size of x. */
export const fusedBatchNormGradient: Gradient<Runtime> = {
  kernel: 'FusedBatchNorm',
  inputs: ['x', 'mean', 'variance', 'scale'],
  run({ tf }, dy, { inputs }, attributes) {
    const { x, mean, variance, scale } = inputs as { x: Tensor4D; mean: Tensor; variance: Tensor; scale?: Tensor };
    const statistics = [mean, variance, ...(scale ? [scale] : [])];
    if (x.rank !== 4 || statistics.some(({ rank }) => rank !== 1)) return undefined;
    const y = dy as Tensor4D;
    const inverse = tf.rsqrt(variance.add(attributes.varianceEpsilon as number)) as tfjs.Tensor1D;
    const factor = (scale ? inverse.mul(scale) : inverse) as tfjs.Tensor1D;
    const sum = sumOverPixels(tf, y);
    const covariance = tf.tidy(() => sumOverPixels(tf, x.sub<Tensor4D>(mean).mul(y)));
    return {
      x: () => y.mul(factor),
      mean: () => sum.mul(factor).neg(),
      variance: () => covariance.mul(factor).mul(inverse.square()).mul(-0.5),
      scale: () => covariance.mul(inverse),
      offset: () => sum.clone(),
    };
  },
};

/** A batch normalized by its own statistics, and these. */
export interface Normalized {
  readonly y: Tensor4D;
  readonly mean: tfjs.Tensor1D;
  readonly variance: tfjs.Tensor1D;
}

/**
 * Batch normalization in training, differentiable in x, gamma and beta as one operation: with n pixels and
 * g = gamma/σ, dx = g·(dy − Σdy/n − (x − μ)·Σdy·(x − μ)/(n·σ²)). Where gradients of gradients are wanted, in as many
 * operations as it takes.
 *
 * @param x `[n, h, w, c]`
 * @param gamma `[c]`, as beta
 */
export function normalizeBatch(tf: Tf, x: Tensor4D, gamma: Tensor, beta: Tensor, epsilon: number): Normalized {
  if (recordingDepth(tf) > 1) return normalizeStepwise(tf, x, gamma, beta, epsilon);
  const pixels = x.size / x.shape[3];
  const statistics: tfjs.Tensor1D[] = [];
  const normalize = tf.customGrad((...args) => {
    const [images, scale, shift, save] = args as unknown as [Tensor4D, Tensor, Tensor, tfjs.GradSaveFunc];
    const mean = sumOverPixels(tf, images).div<tfjs.Tensor1D>(pixels);
    const centred = affine(tf, images, tf.onesLike(mean), mean.neg());
    const variance = sumOverPixels(tf, centred.square()).div<tfjs.Tensor1D>(pixels);
    const inverse = tf.rsqrt(variance.add(epsilon));
    statistics.push(tf.keep(mean), tf.keep(variance));
    save([centred, inverse, scale]);
    return { value: affine(tf, centred, inverse.mul(scale), shift), gradFunc };
  });
  const gradient = (dy: Tensor | Tensor[], saved: Tensor[]): Tensor[] => {
    const [centred, inverse, scale] = saved as [Tensor4D, Tensor, Tensor];
    const images = dy as Tensor4D;
    const sum = sumOverPixels(tf, images);
    const covariance = sumOverPixels(tf, images.mul(centred));
    const factor = inverse.mul(scale);
    const towardsMean = sum.mul(factor).div(-pixels);
    const towardsVariance = covariance.mul(factor).mul(inverse.square()).div(-pixels);
    const dx = affine(tf, images, factor, towardsMean).add(affine(tf, centred, towardsVariance, tf.zerosLike(sum)));
    return [dx, covariance.mul(inverse), sum];
  };
  const gradFunc: typeof gradient = (dy, saved) => tf.tidy(() => gradient(dy, saved));
  const y = normalize(x, gamma, beta) as Tensor4D;
  const [mean, variance] = statistics as [tfjs.Tensor1D, tfjs.Tensor1D];
  return { y, mean, variance };
}

/** The same by operations of tfjs: what `customGrad` saves is constant to a gradient around it. */
function normalizeStepwise(tf: Tf, x: Tensor4D, gamma: Tensor, beta: Tensor, epsilon: number): Normalized {
  const { mean, variance } = tf.moments(x, [0, 1, 2]) as { mean: tfjs.Tensor1D; variance: tfjs.Tensor1D };
  const inverse = tf.rsqrt(variance.add(epsilon));
  return { y: x.sub(mean).mul(inverse.mul(gamma)).add<Tensor4D>(beta), mean, variance };
}

/** scale·x + shift by channel. By a depthwise 1×1 convolution with bias: one pass, where broadcasts take two slow ones. */
function affine(tf: Tf, x: Tensor4D, scale: Tensor, shift: Tensor): Tensor4D {
  const filter = scale.reshape<Tensor4D>([1, 1, x.shape[3], 1]);
  return tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad: 'valid', bias: shift as tfjs.Tensor1D });
}
