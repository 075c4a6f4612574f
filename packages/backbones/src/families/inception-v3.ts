import { defineBackbone, unit } from '@senet/core/graph';
import * as z from 'zod';
import { basicConv, inceptionA, inceptionB, inceptionC, inceptionD, inceptionE } from '../units/inception.js';
import { epsilon } from '../units/options.js';

const modules = [inceptionA, inceptionB, inceptionC, inceptionD, inceptionE] as const;

/**
 * Inception-v3 (Szegedy et al. 2015b, table 1) without the auxiliary head. Names and semantics as in timm's and
 * torchvision's: unpadded stem, average pools that count their padding, epsilon 1e-3.
 */
export const inceptionV3 = defineBackbone({
  type: 'inception_v3',
  summary: 'Inception-v3',
  options: z.object({ epsilon: epsilon.default(1e-3) }),
  sites: [
    ...new Set(modules.flatMap(({ sites }) => sites as readonly (typeof modules)[number]['sites'][number][])),
    'branch',
  ],
  spec: ({ epsilon }) => ({
    family: 'inception',
    style: 'timm',
    semantics: { padding: 'valid', 'average pool': 'counts its padding', epsilon: epsilon.toExponential() },
    input: { shape: [299, 299, 3], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    stem(g, x) {
      const valid = { valid: true };
      const first = basicConv(g, x, ['Conv2d_1a_3x3', 32, 3, { strides: 2, valid: true }], epsilon);
      const second = basicConv(g, first, ['Conv2d_2a_3x3', 32, 3, valid], epsilon);
      const third = basicConv(g, second, ['Conv2d_2b_3x3', 64, 3], epsilon);
      const pooled = g.maxPool(third, { size: 3, strides: 2, name: 'Pool1' });
      const fourth = basicConv(g, pooled, ['Conv2d_3b_1x1', 80, 1, valid], epsilon);
      const fifth = basicConv(g, fourth, ['Conv2d_4a_3x3', 192, 3, valid], epsilon);
      return { output: g.maxPool(fifth, { size: 3, strides: 2, name: 'Pool2' }), taps: [third, fifth] };
    },
    stages: [
      {
        name: 'Mixed_5',
        units: [32, 64, 64].map((pool, i) => unit(`Mixed_5${'bcd'[i]}`, inceptionA, { pool, epsilon })),
      },
      {
        name: 'Mixed_6',
        units: [
          unit('Mixed_6a', inceptionB, { epsilon }),
          ...[128, 160, 160, 192].map((width, i) => unit(`Mixed_6${'bcde'[i]}`, inceptionC, { width, epsilon })),
        ],
      },
      {
        name: 'Mixed_7',
        units: [
          unit('Mixed_7a', inceptionD, { epsilon }),
          unit('Mixed_7b', inceptionE, { epsilon }),
          unit('Mixed_7c', inceptionE, { epsilon }),
        ],
      },
    ],
    attention: { label: 'se', names: { reduce: 'fc1', expand: 'fc2' } },
    head: { classifier: 'fc' },
  }),
});
