/** The three kernels of a convolution of tfjs, called as its ops and gradients call them. */
export const PASSES = { forward: 'Conv2D', dX: 'Conv2DBackpropInput', dW: 'Conv2DBackpropFilter' };

/**
 * @param tf tfjs or tfjs-node
 * @param {number[]} shape batch, map, cin, cout, kernel, stride; padding 'same'
 * @returns calls by pass, undefined where the backend has no such kernel, and what frees the tensors
 */
export function convolutionCalls(tf, [batch, map, cin, cout, kernel, stride]) {
  const random = (shape, seed) => tf.randomNormal(shape, 0, 1, 'float32', seed);
  const size = Math.ceil(map / stride);
  const x = random([batch, map, map, cin], 1);
  const filter = random([kernel, kernel, cin, cout], 2);
  const dy = random([batch, size, size, cout], 3);
  const shared = { strides: [stride, stride], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' };
  const arguments_ = {
    forward: [{ x, filter }, shared],
    dX: [
      { dy, filter },
      { ...shared, inputShape: x.shape },
    ],
    dW: [
      { x, dy },
      { ...shared, filterShape: filter.shape },
    ],
  };
  const backend = tf.backend();
  const call = (pass) => {
    const found = tf.getKernel(PASSES[pass], tf.getBackend());
    if (!found) return undefined;
    const [inputs, attrs] = arguments_[pass];
    return () => backend.disposeData(found.kernelFunc({ inputs, attrs, backend }).dataId);
  };
  return { call, dispose: () => tf.dispose([x, filter, dy]) };
}

export const flopOf = ([batch, map, cin, cout, kernel, stride]) =>
  2 * batch * Math.ceil(map / stride) ** 2 * kernel ** 2 * cin * cout;

/** Calls within one measurement, so that the clock is fine enough. */
export const repeatsOf = (shape) => Math.max(1, Math.round(2e8 / flopOf(shape)));
