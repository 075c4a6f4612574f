/** SE in a tf.layers model of one's own: `se().apply(x)` stands where any layer would, and trains with it. */
import { se } from '@senet/se';
import * as tf from '@tensorflow/tfjs';

const seeded = tf.initializers.heUniform({ seed: 3 });
const image = tf.input({ shape: [8, 8, 3] });
let x = tf.layers
  .conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: seeded, name: 'conv' })
  .apply(image) as tf.SymbolicTensor;
x = se({ ratio: 4, rounding: 'floor' }).apply(x); // new weights, in stock layers called se.fc1, se.fc2 …
x = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(x) as tf.SymbolicTensor;
const y = tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seeded, name: 'fc' }).apply(x);
const model = tf.model({ inputs: image, outputs: y as tf.SymbolicTensor });
for (const layer of model.layers) console.log(layer.name.padEnd(16), layer.getClassName(), layer.countParams());

// A question for a channel attention: which of the three channels is the brightest?
const brightness = tf.randomUniform([128, 1, 1, 3], 0, 1, 'float32', 1);
const images = tf.randomUniform([128, 8, 8, 3], 0, 1, 'float32', 2).mul(brightness);
const labels = tf.oneHot(brightness.reshape([128, 3]).argMax(-1), 3);

model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const { history } = await model.fit(images, labels, { epochs: 15, batchSize: 32, shuffle: false, verbose: 0 });
const percent = (value: unknown) => `${(100 * Number(value)).toFixed(1)} %`;
console.log(
  `\naccuracy after the first epoch: ${percent(history.acc![0])}, after the last: ${percent(history.acc!.at(-1))}`,
);
