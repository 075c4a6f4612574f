import { defineBackbone, unit } from '@senet/core/graph';
import * as z from 'zod';
import {
  basicConv,
  inceptionA,
  inceptionB,
  inceptionC,
  inceptionD,
  inceptionE,
  inceptionShape,
} from '../units/inception.js';

const modules = [inceptionA, inceptionB, inceptionC, inceptionD, inceptionE] as const;

/**
 * Inception-v3 (Szegedy et al. 2015b, table 1) without the auxiliary head. Names and semantics as in timm's and
 * torchvision's: unpadded stem, average pools that count their padding, epsilon 1e-3; or keras.applications' in the style
 * `keras`: batch normalization without gamma, average pools that do not count it.
 */
export const inceptionV3 = defineBackbone({
  type: 'inception_v3',
  summary: 'Inception-v3',
  options: z.object(inceptionShape),
  sites: [
    ...new Set(modules.flatMap(({ sites }) => sites as readonly (typeof modules)[number]['sites'][number][])),
    'branch',
  ],
  spec: (options) => ({
    family: 'inception',
    style: options.style,
    semantics: {
      padding: 'valid',
      'average pool': options.style === 'keras' ? 'leaves its padding out' : 'counts its padding',
      epsilon: options.epsilon.toExponential(),
    },
    input: { shape: [299, 299, 3], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    stem(g, x) {
      const valid = { valid: true };
      const first = basicConv(g, x, ['Conv2d_1a_3x3', 32, 3, { strides: 2, valid: true }], options);
      const second = basicConv(g, first, ['Conv2d_2a_3x3', 32, 3, valid], options);
      const third = basicConv(g, second, ['Conv2d_2b_3x3', 64, 3], options);
      const pooled = g.maxPool(third, { size: 3, strides: 2, name: 'Pool1' });
      const fourth = basicConv(g, pooled, ['Conv2d_3b_1x1', 80, 1, valid], options);
      const fifth = basicConv(g, fourth, ['Conv2d_4a_3x3', 192, 3, valid], options);
      return { output: g.maxPool(fifth, { size: 3, strides: 2, name: 'Pool2' }), taps: [third, fifth] };
    },
    stages: [
      {
        name: 'Mixed_5',
        units: [32, 64, 64].map((pool, i) => unit(`Mixed_5${'bcd'[i]}`, inceptionA, { pool, ...options })),
      },
      {
        name: 'Mixed_6',
        units: [
          unit('Mixed_6a', inceptionB, options),
          ...[128, 160, 160, 192].map((width, i) => unit(`Mixed_6${'bcde'[i]}`, inceptionC, { width, ...options })),
        ],
      },
      {
        name: 'Mixed_7',
        units: [
          unit('Mixed_7a', inceptionD, options),
          unit('Mixed_7b', inceptionE, options),
          unit('Mixed_7c', inceptionE, options),
        ],
      },
    ],
    attention: { label: 'se', names: { reduce: 'fc1', expand: 'fc2' } },
    head: { classifier: 'fc' },
  }),
});
