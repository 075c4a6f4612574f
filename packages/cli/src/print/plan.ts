import type { Plan } from '@senet/core/graph';
import { printAttachments } from './attachments.js';
import { count, short, size } from './numbers.js';
import { table } from './table.js';

/** A plan as text: stages, totals, attachments. MACs and activations are those of one sample. */
export function printPlan({ name, inputShape, stages, attachments, params, macs, activationBytes }: Plan): string {
  const rows = stages.map((stage) => [
    stage.name,
    size(stage.outputShape),
    count(stage.nodes),
    count(stage.params.total),
    short(stage.macs),
    short(stage.activationBytes, 'B'),
  ]);
  const nodes = stages.reduce((sum, stage) => sum + stage.nodes, 0);
  const total = ['total', '', count(nodes), count(params.total), short(macs), short(activationBytes, 'B')];
  const text = table(
    [
      { title: 'stage' },
      { title: 'output' },
      { title: 'nodes', align: 'right' },
      { title: 'parameters', align: 'right' },
      { title: 'MACs', align: 'right' },
      { title: 'activations', align: 'right' },
    ],
    [...rows, total],
  );
  return [
    `${name}, input ${size(inputShape)}`,
    text,
    `${count(params.total)} parameters: ${count(params.trainable)} trainable, ${count(params.nonTrainable)} statistics`,
    attachments.length > 0 ? printAttachments(attachments) : 'nothing is attached',
  ].join('\n\n');
}
