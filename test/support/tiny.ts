/** The smallest networks that have what the core knows: units with sites, stages, taps, attentions of every kind. */
import {
  after,
  between,
  channelsOf,
  defineAttention,
  defineBackbone,
  defineModule,
  defineRecipe,
  defineUnit,
  unit,
  zeros,
} from '@senet/core/graph';
import { z } from 'zod';

/** A 1×1 convolution on the channels' means, with bias, as a gate. */
export const gate = defineAttention({
  type: 'gate',
  summary: 'one layer',
  identity: true,
  options: z.object({ bias: z.boolean().default(true), scale: z.number().positive().default(1) }),
  build(g, x, { bias, scale }, { init }) {
    const initializers = init === 'identity' ? { kernel: zeros, bias: zeros } : undefined;
    const mixed = g.conv2d(g.reduce(x), { filters: channelsOf(x), kernel: 1, bias, name: 'fc', initializers });
    return g.multiply([x, g.affine(g.sigmoid(mixed), { scale: init === 'identity' ? 2 : scale, name: 'gate' })]);
  },
});

/** Another one, so that one can take the other's place: one kernel over the channels' means. */
export const mix = defineAttention({
  type: 'mix',
  options: z.object({ kernel: z.int().min(1).default(3) }),
  build(g, x, { kernel }) {
    const sequence = g.reshape(g.reduce(x), [channelsOf(x), 1], { name: 'sequence' });
    const mixed = g.conv1d(sequence, { filters: 1, kernel, bias: false, name: 'conv' });
    return g.multiply([x, g.sigmoid(g.reshape(mixed, [1, 1, channelsOf(x)], { name: 'excitation' }))]);
  },
});

/** A residual unit without normalization: relu(conv2(relu(conv1(x))) + shortcut). */
export const residual = defineUnit({
  type: 'residual',
  options: z.object({ filters: z.int().min(1).max(4096), stride: z.int().min(1).max(8).default(1) }),
  sites: ['input', 'hidden', 'branch', 'shortcut', 'output'],
  defaultSite: 'branch',
  aliases: { post: 'output' },
  build(g, x, { filters, stride }) {
    const first = g.conv2d(x, { filters, kernel: 3, strides: stride, padding: 'same', name: 'conv1' });
    const hidden = g.relu(first, { name: 'act1' });
    const second = g.conv2d(hidden, { filters, kernel: 1, name: 'conv2' });
    const keeps = stride === 1 && channelsOf(x) === filters;
    const around = keeps ? x : g.conv2d(x, { filters, kernel: 1, strides: stride, padding: 'same', name: 'project' });
    const sum = g.add([second, around], { name: 'add' });
    const output = g.relu(sum, { name: 'act2' });
    return {
      output,
      stride,
      activation: 'relu',
      sites: {
        input: between(g, x, first),
        hidden: between(g, hidden, second),
        branch: between(g, second, sum),
        shortcut: keeps ? between(g, around, sum) : undefined,
        output: after(output),
      },
    };
  },
});

/** Stem and stages of residual units, the first of each at stride 2: taps at 2, 4, 8 … */
export const tiny = defineBackbone({
  type: 'tiny',
  summary: 'for tests',
  options: z.object({
    width: z.int().min(1).max(1024).default(4),
    depths: z.array(z.int().min(1)).min(1).default([2, 1]),
  }),
  sites: residual.sites,
  spec: ({ width, depths }) => ({
    family: 'tiny',
    style: 'test',
    semantics: { padding: 'same' },
    input: { shape: [16, 16, 3] },
    stem(g, x) {
      const conv = g.conv2d(x, { filters: width, kernel: 3, strides: 2, padding: 'same', name: 'stem' });
      const output = g.relu(conv, { name: 'stem_act' });
      return { output, taps: [output] };
    },
    stages: depths.map((depth, i) => ({
      name: `stage${i + 1}`,
      units: Array.from({ length: depth }, (_, j) =>
        unit(`stage${i + 1}.${j}`, residual, { filters: width * (i + 1), stride: j === 0 ? 2 : 1 }),
      ),
    })),
    attention: { label: 'att', names: { reduce: 'fc1', expand: 'fc2' } },
    head: { classifier: 'fc', defaults: { activation: 'softmax' } },
  }),
});

export const tinyAttentions = defineModule({ attentions: [gate, mix] });
export const tinyBackbones = defineModule({
  units: [residual],
  backbones: [tiny],
  recipes: [
    defineRecipe({ name: 'tiny', config: { backbone: 'tiny', head: { type: 'classifier', classes: 3 } } }),
    defineRecipe({ name: 'tiny_gate', config: { extends: 'tiny', attach: [{ type: 'gate' }] } }),
  ],
});
