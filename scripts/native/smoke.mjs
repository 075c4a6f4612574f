/**
 * Loads tfjs-node and holds it against tfjs' own cpu backend: `node smoke.mjs MODULE`. Prints versions; ends with an
 * error where anything differs.
 */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';

// Read by the library when it is loaded: 1 leaves out what is mere information.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
const native = (await import(process.argv[2])).default;

assert.equal(native.layers, tf.layers, 'tfjs-node has loaded another copy of @tensorflow/tfjs than the workspace has');
assert.equal(tf.getBackend(), 'tensorflow');

const product = tf.matMul(
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8],
  ],
);
assert.deepEqual(product.arraySync(), [
  [19, 22],
  [43, 50],
]);
assert.deepEqual(tf.topk([3, 1, 2], 2).indices.arraySync(), [0, 2]);
assertClose(await onEach(async () => convolve()), 'conv2d');
assertClose(await onEach(trainOneStep), 'LayersModel.fit');

const { 'tfjs-core': core, 'tfjs-node': node } = native.version;
console.log(`@tensorflow/tfjs ${core}\n@tensorflow/tfjs-node ${node}`);
console.log(`TensorFlow ${tf.backend().binding.TF_Version}\nNode ${process.versions.node}`);

async function onEach(work) {
  const results = [];
  for (const backend of ['tensorflow', 'cpu']) {
    await tf.setBackend(backend);
    results.push(await work());
  }
  await tf.setBackend('tensorflow');
  return results;
}

function assertClose([actual, expected], what) {
  assert.equal(actual.length, expected.length);
  const error = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
  assert.ok(error < 1e-4, `${what}: tensorflow and cpu differ by ${error}`);
}

function convolve() {
  return tf.tidy(() => tf.conv2d(waves([2, 9, 9, 3]), waves([3, 3, 3, 4]), 2, 'same').dataSync());
}

/** The weights after one step of gradient descent through convolution, batch norm, pooling and a classifier. */
async function trainOneStep() {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, padding: 'same', useBias: false }),
      tf.layers.batchNormalization(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.setWeights(model.getWeights().map(({ shape }) => waves(shape)));
  model.compile({ optimizer: tf.train.sgd(0.5), loss: 'categoricalCrossentropy' });
  const labels = tf.oneHot([0, 1, 2, 0], 3);
  await model.fit(waves([4, 8, 8, 3]), labels, { batchSize: 4, epochs: 1, shuffle: false, verbose: 0 });
  return model.getWeights().flatMap((weight) => [...weight.dataSync()]);
}

/** Values in (0, 1): variances must not be negative. */
function waves(shape) {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => 0.5 + 0.4 * Math.sin(1 + 2.3 * i)),
    shape,
  );
}
