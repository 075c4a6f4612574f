import type * as tfjs from '@tensorflow/tfjs';
import type { Patch, Runtime } from '../backend/contracts.js';
import { recordingDepth, type Tensor } from '../backend/tfjs-internals.js';

/** The private parts of tfjs' `Conv2D` layer. */
interface Conv2DLayer {
  readonly kernel: tfjs.LayerVariable;
  readonly bias?: tfjs.LayerVariable | null;
  readonly activation?: { apply(x: Tensor): Tensor } | null;
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';
  readonly dilationRate: [number, number];
  readonly dataFormat: string;
  invokeCallHook(inputs: unknown, kwargs: unknown): void;
}

/**
 * `tf.layers.conv2d` with dilations, while gradients are taken. tfjs calls its fused convolution, whose gradient refuses
 * dilations; that of the plain convolution is ours.
 */
export const dilatedConv2dCall: Patch<Runtime> = {
  name: 'Conv2D.call',
  target: (tf) => ({
    prototype: Object.getPrototypeOf(tf.layers.conv2d({ filters: 1, kernelSize: 1, name: 'prototype' })) as object,
    method: 'call',
  }),
  replace: ({ tf }, stock) =>
    function (this: Conv2DLayer, inputs: Tensor | Tensor[], kwargs: unknown) {
      const isDilated = Math.max(...[this.dilationRate].flat()) > 1;
      if (!isDilated || this.dataFormat === 'channelsFirst' || recordingDepth(tf) === 0) {
        return (stock as (inputs: unknown, kwargs: unknown) => Tensor).call(this, inputs, kwargs);
      }
      this.invokeCallHook(inputs, kwargs);
      return tf.tidy(() => {
        const x = [inputs].flat()[0] as tfjs.Tensor4D;
        const filter = this.kernel.read() as tfjs.Tensor4D;
        const sums = tf.conv2d(x, filter, this.strides, this.padding, 'NHWC', this.dilationRate);
        const y = this.bias ? tf.add(sums, this.bias.read()) : sums;
        return this.activation ? this.activation.apply(y) : y;
      });
    } as never,
};
