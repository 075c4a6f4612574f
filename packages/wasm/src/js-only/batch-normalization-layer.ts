import type * as tfjs from '@tensorflow/tfjs';
import type { Patch, Runtime } from '../backend/contracts.js';
import { normalizeBatch } from './normalization.js';

/** What a `BatchNormalization` layer of tfjs has; private there. */
interface BatchNormalization {
  readonly axis: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly gamma: tfjs.LayerVariable | undefined;
  readonly beta: tfjs.LayerVariable | undefined;
  readonly movingMean: tfjs.LayerVariable;
  readonly movingVariance: tfjs.LayerVariable;
}

type Call = (inputs: tfjs.Tensor | tfjs.Tensor[], options: { training?: boolean } | undefined) => tfjs.Tensor;

/**
 * The layer's `call`, in training and over the last axis, as one differentiable operation. Without scale or center too,
 * where tfjs' own fails.
 */
export const batchNormalizationCall: Patch<Runtime> = {
  name: 'BatchNormalization.call',
  target: (tf) => ({
    // With a name, or it would use up one that the next layer is to get.
    prototype: Object.getPrototypeOf(tf.layers.batchNormalization({ name: 'prototype' })) as object,
    method: 'call',
  }),
  replace: ({ tf }, stock) =>
    function (this: BatchNormalization, ...args: Parameters<Call>) {
      const [inputs, options] = args;
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const last = this.axis === -1 || this.axis === x.rank - 1;
      if (!options?.training || !last || x.rank < 2 || x.rank > 4 || x.dtype !== 'float32') {
        return (stock as Call).apply(this as never, args);
      }
      return tf.tidy(() => {
        const [n, w, h, c] = [x.shape[0]!, x.shape.at(-3)!, x.shape.at(-2)!, x.shape.at(-1)!];
        const images: [number, number, number, number] =
          x.rank === 4 ? [n, w, h, c] : x.rank === 3 ? [n, 1, h, c] : [n, 1, 1, c];
        const gamma = this.gamma?.read() ?? tf.ones([c]);
        const beta = this.beta?.read() ?? tf.zeros([c]);
        const { y, mean, variance } = normalizeBatch(tf, x.reshape(images), gamma, beta, this.epsilon);
        move(this.movingMean, mean, this.momentum);
        move(this.movingVariance, variance, this.momentum);
        tf.dispose([mean, variance]);
        return y.reshape(x.shape);
      });
    } as never,
};

/** A step of the moving average. */
function move(average: tfjs.LayerVariable, value: tfjs.Tensor, momentum: number): void {
  const old = average.read();
  average.write(old.sub(old.sub(value).mul(1 - momentum)));
}
