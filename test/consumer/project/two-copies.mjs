/** Run where @senet/core has a copy of TensorFlow.js of its own. */
import { se } from '@senet/se';
import * as tf from '@tensorflow/tfjs';

try {
  se().apply(tf.input({ shape: [32, 32, 3] }));
  console.log(JSON.stringify({ code: 'none' }));
} catch ({ code, message }) {
  console.log(JSON.stringify({ code, message }));
}
