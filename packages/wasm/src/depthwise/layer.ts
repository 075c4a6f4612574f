import type * as tfjs from '@tensorflow/tfjs';
import type { Patch } from '../backend/contracts.js';
import { recordingDepth, type Tensor } from '../backend/tfjs-internals.js';
import { BOUNDS } from './epilogue.js';

/** What tfjs' layer holds. */
interface DepthwiseConv2D {
  readonly depthwiseKernel: { read(): Tensor };
  readonly bias?: { read(): Tensor } | null;
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';
  readonly dataFormat: string;
  readonly activation: { apply(x: Tensor): Tensor; getClassName(): string } | null;
}

/**
 * `tf.layers.depthwiseConv2d` outside of training. Stock, it adds the bias and applies the activation in passes of their
 * own; here the kernel does, as it does for `tf.layers.conv2d`.
 */
export const depthwiseLayer: Patch = {
  name: 'DepthwiseConv2D.call',
  target(tf) {
    const [layer] = tf.serialization.SerializationMap.getMap().classNameMap.DepthwiseConv2D!;
    return { prototype: layer.prototype as object, method: 'call' };
  },
  replace: ({ tf }, stock) =>
    function (this: DepthwiseConv2D, inputs: Tensor | Tensor[], kwargs: unknown) {
      const { bias, strides, padding, activation } = this;
      const name = activation?.getClassName() ?? 'linear';
      const fuses = BOUNDS[name] !== undefined;
      if (recordingDepth(tf) > 0 || this.dataFormat !== 'channelsLast' || (!bias && name === 'linear')) {
        return (stock as (inputs: unknown, kwargs: unknown) => Tensor).call(this, inputs, kwargs);
      }
      return tf.tidy(() => {
        const y = tf.fused.depthwiseConv2d({
          x: [inputs].flat()[0] as tfjs.Tensor4D,
          filter: this.depthwiseKernel.read() as tfjs.Tensor4D,
          ...{ strides, pad: padding === 'same' ? 'same' : 'valid', bias: bias?.read() },
          activation: (fuses ? name : 'linear') as 'linear',
        });
        return fuses ? y : activation!.apply(y);
      });
    } as never,
};
