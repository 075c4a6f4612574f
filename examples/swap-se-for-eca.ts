/** MobileNetV3's SE swapped for ECA: one line, and the plans of both side by side. */
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { attentions } from '@senet/se';
import { table } from './support/table.js';

const assembler = createAssembler(attentions, backbones);
const withSe = assembler.assemble('mobilenetv3_small_100');
const withEca = assembler.assemble({
  extends: 'mobilenetv3_small_100',
  replace: { se: { type: 'eca', gate: 'hard-sigmoid' } }, // sites, places and label stay
});

const [a, b] = [withSe.plan, withEca.plan];
console.log(
  table([
    ['', 'SE', 'ECA'],
    ['parameters', a.params.total, b.params.total],
    ['of them in attention', withSe.receipt.params, withEca.receipt.params],
    ['multiply-accumulates', a.macs!, b.macs!],
    ['bytes of activations', a.activationBytes!, b.activationBytes!],
  ]),
);
console.log();
console.log(
  table([
    ['node', 'site', 'channels', 'SE', 'ECA'],
    ...a.attachments.map((se, i) => [se.node, se.site, se.channels, se.params, b.attachments[i]!.params]),
  ]),
);
