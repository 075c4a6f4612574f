import { defineBackbone, makeDivisible, unit } from '@senet/core/graph';
import * as z from 'zod';
import { convBnAct } from '../units/conv-bn-act.js';
import { convNormAct } from '../units/conv-norm-act.js';
import { ghostBottleneck } from '../units/ghost-bottleneck.js';
import { epsilon } from '../units/options.js';
import { width } from './options.js';

/** kernel, expanded channels, channels out, stride */
type Row = readonly [kernel: number, expanded: number, filters: number, stride: number];

/** Han et al. 2020, table 7; stages as timm groups them. */
const STAGES: readonly (readonly Row[])[] = [
  [[3, 16, 16, 1]],
  [[3, 48, 24, 2]],
  [[3, 72, 24, 1]],
  [[5, 72, 40, 2]],
  [[5, 120, 40, 1]],
  [[3, 240, 80, 2]],
  [
    [3, 200, 80, 1],
    [3, 184, 80, 1],
    [3, 184, 80, 1],
    [3, 480, 112, 1],
    [3, 672, 112, 1],
  ],
  [[5, 672, 160, 2]],
  [
    [5, 960, 160, 1],
    [5, 960, 160, 1],
    [5, 960, 160, 1],
    [5, 960, 160, 1],
  ],
];

/** GhostNet (Han et al. 2020), with timm's names. Its SE is an attachment of the recipe: the trunk has none. */
export const ghostnet = defineBackbone({
  type: 'ghostnet',
  summary: 'the trunk of GhostNet',
  options: z.object({
    width,
    epsilon: epsilon.default(1e-5),
  }),
  sites: ghostBottleneck.sites,
  spec({ width, epsilon }) {
    const scaled = (channels: number) => makeDivisible(channels * width, 4);
    const stages = STAGES.map((rows, i) => ({
      name: `blocks.${i}`,
      tap: rows[0]![3] > 1, // timm's taps: the stages that halve the size
      units: rows.map(([kernel, expanded, filters, stride], j) =>
        unit(`blocks.${i}.${j}`, ghostBottleneck, {
          kernel,
          expanded: scaled(expanded),
          filters: scaled(filters),
          stride,
          epsilon,
        }),
      ),
    }));
    const end = `blocks.${stages.length}`;
    const last = unit(`${end}.0`, convBnAct, { filters: scaled(960), kernel: 1, activation: 'relu', epsilon });
    return {
      family: 'ghostnet',
      style: 'timm',
      semantics: { padding: 'symmetric', epsilon: epsilon.toExponential(), gate: 'relu6(x + 3) / 6' },
      input: { shape: [224, 224, 3], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      stem(g, x) {
        const names = { conv: 'conv_stem', norm: 'bn1', act: 'act1' };
        const { conv, output } = convNormAct(g, x, {
          filters: scaled(16),
          kernel: 3,
          strides: 2,
          epsilon,
          activation: 'relu',
          names,
        });
        return { output, taps: [conv] };
      },
      stages: [...stages, { name: end, tap: false, units: [last] }],
      attention: { label: 'se', names: { reduce: 'conv_reduce', expand: 'conv_expand' } },
      head: {
        classifier: 'classifier',
        defaults: { dropout: 0.2 },
        afterPool: (g, x) => g.relu(g.conv2d(x, { filters: 1280, kernel: 1, name: 'conv_head' }), { name: 'act2' }),
      },
    };
  },
});
