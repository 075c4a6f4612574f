/**
 * The small SE-ResNet of the training step, 282,142 parameters: stages of 16, 32 and 64 channels, three basic blocks each,
 * SE in every one. It is compiled, and comes with a batch.
 *
 * @param tf tfjs or tfjs-node
 * @returns a function that trains one step
 */
export function trainingStep(tf) {
  const { layers } = tf;
  const conv = (x, filters, kernelSize, strides) =>
    layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false }).apply(x);
  const norm = (x) => layers.batchNormalization().apply(x);
  const relu = (x) => layers.reLU().apply(x);
  const dense = (x, units, activation) => layers.dense({ units, activation }).apply(x);
  const pooled = (x) => layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(x);
  const block = (x, filters, strides) => {
    const branch = norm(conv(relu(norm(conv(x, filters, 3, strides))), filters, 3, 1));
    const weights = dense(dense(pooled(branch), filters / 4, 'relu'), filters, 'sigmoid');
    const gated = layers.multiply().apply([branch, layers.reshape({ targetShape: [1, 1, filters] }).apply(weights)]);
    const shortcut = strides === 1 && x.shape[3] === filters ? x : conv(x, filters, 1, strides);
    return relu(layers.add().apply([gated, shortcut]));
  };
  const input = tf.input({ shape: [32, 32, 3] });
  let x = relu(norm(conv(input, 16, 3, 1)));
  for (const filters of [16, 32, 64]) {
    for (let i = 0; i < 3; i++) x = block(x, filters, i === 0 && filters > 16 ? 2 : 1);
  }
  const model = tf.model({ inputs: input, outputs: dense(pooled(x), 10, 'softmax') });
  model.compile({ optimizer: tf.train.momentum(0.02, 0.9), loss: 'categoricalCrossentropy' });
  const images = tf.randomNormal([64, 32, 32, 3], 0, 1, 'float32', 7);
  const labels = tf.tidy(() => tf.oneHot(tf.range(0, 64, 1, 'int32').mod(tf.scalar(10, 'int32')), 10));
  return () => model.trainOnBatch(images, labels);
}
