import { expect, test } from 'vitest';
import { snakeCase, weightNames } from './keras-names.js';

test.each([
  ['Conv2D', 'conv2d'],
  ['DepthwiseConv2D', 'depthwise_conv2d'],
  ['BatchNormalization', 'batch_normalization'],
  ['ReLU', 're_lu'],
  ['PReLU', 'p_re_lu'],
  ['LSTM', 'lstm'],
  ['Package>MyLayer', 'my_layer'],
  ['GlobalAveragePooling2D', 'global_average_pooling2d'],
])('%s is called %s', (className, expected) => {
  expect(snakeCase(className)).toBe(expected);
});

test.each<[string, number, object | undefined, number, string | undefined]>([
  ['conv2d', 2, undefined, 3, 'kernel bias'],
  ['conv2d', 1, undefined, 3, 'kernel'],
  ['conv2d', 1, { use_bias: false }, 3, 'kernel'],
  ['conv2d', 1, { use_bias: true }, 3, undefined],
  ['conv2d', 3, undefined, 3, undefined],
  ['depthwise_conv2d', 1, undefined, 3, 'kernel'],
  ['depthwise_conv2d', 2, { use_bias: true }, 2, 'depthwise_kernel bias'],
  ['separable_conv2d', 2, undefined, 3, 'depthwise_kernel pointwise_kernel'],
  ['batch_normalization', 4, undefined, 3, 'gamma beta moving_mean moving_variance'],
  ['batch_normalization', 3, undefined, 3, 'beta moving_mean moving_variance'],
  ['batch_normalization', 3, { scale: true, center: false }, 3, 'gamma moving_mean moving_variance'],
  ['batch_normalization', 2, undefined, 3, 'moving_mean moving_variance'],
  ['layer_normalization', 2, undefined, 3, 'gamma beta'],
  ['layer_normalization', 1, undefined, 3, undefined],
  ['layer_normalization', 1, { scale: false, center: true }, 3, 'beta'],
  ['normalization', 3, undefined, 3, 'mean variance count'],
  ['dense', 0, undefined, 3, undefined],
  ['my_layer', 2, { use_bias: true }, 3, undefined],
])('%s with %i weights, %j, Keras %i: %s', (kind, count, config, major, expected) => {
  expect(weightNames(kind, count, config, major)?.join(' ')).toBe(expected);
});
