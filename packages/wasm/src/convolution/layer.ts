import type { Patch } from '../backend/contracts.js';
import { recordingDepth, type Tensor } from '../backend/tfjs-internals.js';

/** What tf.layers' convolutions hold. */
interface ConvolutionLayer {
  rank: number;
  kernel: { read(): Tensor };
  bias: { read(): Tensor } | null;
  strides: [number, number];
  padding: 'same' | 'valid' | 'causal';
  dataFormat: string;
  dilationRate: [number, number];
  activation: { apply(x: Tensor): Tensor } | null;
  invokeCallHook(inputs: unknown, kwargs: unknown): void;
}

/**
 * `tf.layers.conv2d` while it trains. Stock, it calls `tf.fused.conv2d`, whose gradient refuses dilations, and computes the
 * input's gradient even where nothing needs it, as in the first layer. `tf.conv2d` does neither, so it is called instead
 * where there are dilations, or no bias to fuse.
 */
export const convolutionLayer: Patch = {
  name: 'Conv2D.call',
  target(tf) {
    const layer = tf.layers.conv2d({ filters: 1, kernelSize: 1, name: 'probe' }); // named: takes no automatic name away
    return { prototype: ownerOf(layer, 'call'), method: 'call' };
  },
  replace({ tf }, stock) {
    return function (this: ConvolutionLayer, inputs: unknown, kwargs: unknown) {
      if (recordingDepth(tf) === 0 || !takes(this)) {
        return (stock as (...args: unknown[]) => unknown).call(this, inputs, kwargs);
      }
      return tf.tidy(() => {
        this.invokeCallHook(inputs, kwargs);
        const x = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor;
        const { strides, padding, dilationRate, kernel } = this;
        const y = tf.conv2d(x as never, kernel.read() as never, strides, padding as 'same', 'NHWC', dilationRate);
        const sum = this.bias ? tf.add(y, this.bias.read()) : y;
        return this.activation ? this.activation.apply(sum) : sum;
      });
    } as (this: never, ...args: never[]) => unknown;
  },
};

function takes({ rank, dataFormat, padding, dilationRate, bias }: ConvolutionLayer): boolean {
  const dilated = rank === 2 && dilationRate.some((rate) => rate > 1);
  return rank === 2 && dataFormat === 'channelsLast' && padding !== 'causal' && (dilated || bias === null);
}

function ownerOf(object: object, method: string): object {
  let owner = Object.getPrototypeOf(object);
  while (!Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner);
  return owner;
}
