/** An attention of one's own: defined, checked, in a config, and in a tf.layers model. */

import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { defineModule } from '@senet/core/graph';
import { applyGate, beforeGate, checkAttention, defineAttention } from '@senet/se';
import * as tf from '@tensorflow/tfjs';
import * as z from 'zod';

/** Spatial SE (Roy et al., MICCAI 2018, section 3.2): a 1×1 convolution decides for each position, not each channel. */
export const spatialSe = defineAttention({
  type: 'spatial-se',
  summary: 'Spatial Squeeze-and-Excitation (MICCAI 2018)',
  identity: true,
  options: z.object({ bias: z.boolean().default(true) }),
  build(g, x, { bias }, context) {
    const squeezed = g.conv2d(x, {
      filters: 1,
      kernel: 1,
      bias,
      name: 'conv',
      initializers: beforeGate(context, 'sigmoid'),
    });
    return g.multiply([x, applyGate(g, squeezed, 'sigmoid', context)]);
  },
});

for (const { name, problem } of checkAttention(spatialSe).checks)
  console.log(problem ? `✗ ${name}: ${problem}` : `✓ ${name}`);

const mine = defineModule({ attentions: [spatialSe] });
const net = createAssembler(backbones, mine).assemble({ backbone: 'resnet18', attach: [{ type: 'spatial-se' }] });
console.log(`\n${net.receipt.attachments.length} attachments, ${net.receipt.params} parameters`);
console.log(net.receipt.attachments[0]!.parameters.join(', '));

const x = tf.input({ shape: [32, 32, 8] });
const y = spatialSe().apply(x);
console.log(`\non a tf.SymbolicTensor: [${x.shape.map(String)}] → [${y.shape.map(String)}]`);
