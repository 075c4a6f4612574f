/** A backbone of one's own: its unit says where attention may stand, and a config puts SE there. */
import { convNormAct } from '@senet/backbones';
import { after, between, createAssembler, defineBackbone, defineModule, defineUnit, unit } from '@senet/core';
import { attentions } from '@senet/se';
import * as z from 'zod';
import { describePlan, describeReceipt } from './support/describe.js';

/** VGG's brick: two 3×3 convolutions. */
const pairUnit = defineUnit({
  type: 'pair',
  options: z.object({ filters: z.int().positive() }),
  sites: ['hidden', 'output'],
  defaultSite: 'output',
  build(g, x, { filters }) {
    const brick = (i: number) => ({ conv: `conv${i}`, norm: `bn${i}`, act: `act${i}` });
    const first = convNormAct(g, x, { filters, kernel: 3, activation: 'relu', names: brick(1) });
    const { conv, output } = convNormAct(g, first.output, { filters, kernel: 3, activation: 'relu', names: brick(2) });
    const sites = { hidden: between(g, first.output, conv), output: after(output) };
    return { output, stride: 1, activation: 'relu', sites };
  },
});

const tinyVgg = defineBackbone({
  type: 'tiny-vgg',
  summary: 'pairs of 3×3 convolutions, halved in size between stages',
  options: z.object({ widths: z.array(z.int().positive()).min(1).default([16, 32, 64]) }),
  sites: pairUnit.sites,
  spec: ({ widths }) => ({
    family: 'tiny-vgg',
    style: 'own',
    semantics: {},
    input: { shape: [32, 32, 3] },
    stem: (_g, x) => ({ output: x, taps: [] }),
    stages: widths.map((filters, i) => ({
      name: `stage${i + 1}`,
      before: (g, x) => (i === 0 ? x : g.maxPool(x, { size: 2, name: `pool${i}` })),
      units: [unit(`stage${i + 1}.0`, pairUnit, { filters })],
    })),
    attention: { label: 'se', names: { reduce: 'fc1', expand: 'fc2' } },
    head: { classifier: 'fc' },
  }),
});

const assembler = createAssembler(attentions, defineModule({ units: [pairUnit], backbones: [tinyVgg] }));
const net = assembler.assemble({
  backbone: { type: 'tiny-vgg', widths: [16, 32, 64] },
  attach: [{ type: 'se', ratio: 4, at: 'output', where: { stages: [2, 3] } }],
  head: { type: 'classifier', classes: 10 },
});
console.log(`${describePlan(net)}\n\n${describeReceipt(net.receipt)}`);

try {
  assembler.assemble({ backbone: 'tiny-vgg', attach: [{ type: 'se', at: 'hiden' }] });
} catch (error) {
  console.log(`\na typo is told: ${(error as Error).message}`);
}
