/** Nothing imports TensorFlow.js here: the first `toLayersModel` or `apply` brings it. */

import { backbones } from '@senet/backbones';
import { Assembler, emptyRegistries, register } from '@senet/core/graph';
import { attentions, se } from '@senet/se';

const registries = emptyRegistries();
for (const module of [attentions, backbones]) register(registries, module);
const net = new Assembler({ registries }).assemble({
  backbone: { type: 'resnet18', widths: [8, 8, 16, 16] },
  attach: [{ type: 'se' }],
});
console.log(
  JSON.stringify({
    plan: net.plan.params.total,
    model: net.toLayersModel({ init: 'zeros' }).countParams(),
    se: typeof se().apply,
  }),
);
