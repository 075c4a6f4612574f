/** Networks that have what diagrams draw: shortcuts, paths, layers between stages, and a unit that no tree of paths can tell. */
import { createAssembler } from '@senet/core/container';
import {
  after,
  between,
  channelsOf,
  defineAttention,
  defineBackbone,
  defineModule,
  defineUnit,
  type Node,
  unit,
} from '@senet/core/graph';
import { z } from 'zod';

/** Two layers on the channels' means: an attention that tells how far it reduced them. */
const squeeze = defineAttention({
  type: 'squeeze',
  options: z.object({ ratio: z.int().min(1).default(4) }),
  build(g, x, { ratio }) {
    const reduced = Math.max(1, Math.floor(channelsOf(x) / ratio));
    const low = g.relu(g.conv2d(g.reduce(x), { filters: reduced, kernel: 1, name: 'fc1' }));
    const gate = g.sigmoid(g.conv2d(low, { filters: channelsOf(x), kernel: 1, name: 'fc2' }));
    return { output: g.multiply([x, gate]), reduced };
  },
});

/** An attention without parameters and without a squeeze. */
const halve = defineAttention({
  type: 'halve',
  options: z.object({}),
  build: (g, x) => g.affine(x, { scale: 0.5 }),
});

const filters = z.int().positive();

const residual = defineUnit({
  type: 'residual',
  options: z.object({ filters, stride: z.int().positive().default(1) }),
  sites: ['input', 'hidden', 'hidden-preact', 'branch', 'shortcut', 'output'],
  defaultSite: 'branch',
  build(g, x, { filters, stride }) {
    const first = g.conv2d(x, { filters, kernel: 3, strides: stride, padding: 'same', name: 'conv1' });
    const norm = g.batchNormalization(first, { name: 'bn1' });
    const hidden = g.relu(norm, { name: 'act1' });
    const second = g.conv2d(hidden, { filters, kernel: 1, name: 'conv2' });
    const keeps = stride === 1 && channelsOf(x) === filters;
    const around = keeps ? x : g.conv2d(x, { filters, kernel: 1, strides: stride, name: 'project' });
    const sum = g.add([second, around], { name: 'add' });
    const output = g.relu(sum, { name: 'act2' });
    const sites = {
      input: between(g, x, first),
      hidden: between(g, hidden, second),
      'hidden-preact': between(g, norm, hidden),
      branch: between(g, second, sum),
      shortcut: keeps ? between(g, around, sum) : undefined,
      output: after(output),
    };
    return { output, stride, activation: 'relu', sites };
  },
});

const paths = defineUnit({
  type: 'paths',
  options: z.object({ filters }),
  sites: ['path:narrow', 'output'],
  defaultSite: 'output',
  build(g, x, { filters }) {
    const narrow = g.conv2d(x, { filters, kernel: 1, name: 'narrow' });
    const first = g.conv2d(x, { filters: 2 * filters, kernel: 1, name: 'wide1' });
    const wide = g.conv2d(first, { filters, kernel: 5, padding: 'same', groups: 2, name: 'wide2' });
    const pool = g.maxPool(x, { size: 3, strides: 1, padding: 'same', name: 'pool' });
    const output = g.concatenate([narrow, wide, pool], { name: 'concat' });
    const sites = { 'path:narrow': between(g, narrow, output), output: after(output) };
    return { output, stride: 1, activation: 'relu', sites };
  },
});

/** Each layer reads all before it: paths that share layers. */
const dense = defineUnit({
  type: 'dense',
  options: z.object({ layers: z.int().min(1).default(3) }),
  sites: ['first', 'output'],
  defaultSite: 'output',
  build(g, x, { layers }) {
    const all: Node[] = [x];
    for (let i = 0; i < layers; i++) {
      const read = i === 0 ? x : g.concatenate(all, { name: `concat${i}` });
      all.push(g.conv2d(read, { filters: 4, kernel: 3, padding: 'same', name: `conv${i}` }));
    }
    const output = g.concatenate(all, { name: 'concat' });
    return { output, stride: 1, activation: 'relu', sites: { first: after(all[1]!), output: after(output) } };
  },
});

const stage = z.object({
  name: z.string(),
  unit: z.enum(['residual', 'paths', 'dense']).default('residual'),
  filters: filters.default(8),
  repeat: z.int().min(1).default(1),
  stride: z.int().min(1).default(1),
  pool: z.boolean().default(false),
});

const sketch = defineBackbone({
  type: 'sketch',
  options: z.object({ stem: z.int().min(0).default(2), stages: z.array(stage).default([]) }),
  sites: [...residual.sites, 'path:narrow', 'first'],
  spec: ({ stem, stages }) => ({
    family: 'sketch',
    style: 'test',
    semantics: {},
    input: { shape: [16, 16, 3] },
    stem(g, x) {
      const taps: Node[] = [];
      let output = x;
      for (let i = 0; i < stem; i++) {
        output = g.conv2d(output, { filters: 8, kernel: 3, padding: 'same', name: `stem${i}` });
        if (i === 0) taps.push(output);
      }
      return { output, taps };
    },
    stages: stages.map(({ name, unit: kind, filters, repeat, stride, pool }) => ({
      name,
      before: (g, x) => (pool ? g.maxPool(x, { size: 2, name: `${name}_pool` }) : x),
      units: Array.from({ length: repeat }, (_, i) => {
        const scope = `${name}.${i}`;
        if (kind === 'dense') return unit(scope, dense, {});
        if (kind === 'paths') return unit(scope, paths, { filters });
        return unit(scope, residual, { filters, stride: i === 0 ? stride : 1 });
      }),
    })),
    attention: { label: 'se', names: { reduce: 'fc1', expand: 'fc2' } },
    head: { classifier: 'fc' },
  }),
});

const module = defineModule({
  units: [residual, paths, dense],
  backbones: [sketch],
  attentions: [squeeze, halve],
});

export const sketches = createAssembler(module);

/** The network of the golden pictures: all that diagrams draw, in little. */
export const golden = () =>
  sketches.assemble({
    name: 'sketch',
    backbone: {
      type: 'sketch',
      stages: [
        { name: 'layer1', repeat: 3, filters: 16, stride: 2 },
        { name: 'layer2', unit: 'paths', pool: true },
        { name: 'layer3', unit: 'dense' },
      ],
    },
    attach: [
      { type: 'squeeze', at: 'branch', where: { stages: ['layer1'] } },
      { type: 'halve', at: 'shortcut', where: { stages: ['layer1'] } },
      { type: 'squeeze', at: 'output', ratio: 2, label: 'squeeze', where: { stages: ['layer2', 'layer3'] } },
    ],
    head: { type: 'classifier', classes: 10 },
  });

/** Names that would be markup, syntax or a trick where nobody escaped them. */
export const HOSTILE = [
  '</svg><script>alert(1)</script>',
  '"><image href="https://example.com/x.png"/>',
  "' onload='alert(1)",
  '&lt;b&gt; &amp; ]]> <!-- -->',
  '"] --> evil["x"]; end %% style n0 fill:red',
  '```\n# heading | cell | [link](javascript:alert(1)) <b>',
  'a\u0000b\u001bc\ud800d\u202ee\u200bf\ufffeg\nh',
  '{{shape}} ((round)) `code` $x^2$ @team #12 https://example.com www.example.com',
];
