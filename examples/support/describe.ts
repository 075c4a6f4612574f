import type { Assembly, Cost, Receipt, Shape } from '@senet/core';
import { count, table } from './table.js';

/** A plan as people read it: what each stage has and costs for one sample. */
export function describePlan({ plan }: Assembly): string {
  const row = (name: string, shape: Shape, { params, macs, activationBytes }: Cost) => [
    name,
    shape.map((size) => size ?? '?').join('×'),
    params.total,
    macs === null ? '?' : (macs / 1e6).toFixed(1),
    activationBytes === null ? '?' : (activationBytes / 2 ** 20).toFixed(1),
  ];
  const stages = plan.stages.map((stage) => row(stage.name || 'input', stage.outputShape, stage));
  const all = row('in all', plan.stages.at(-1)!.outputShape, plan);
  return table([['stage', 'output', 'parameters', 'million MACs', 'MiB of activations'], ...stages, all]);
}

/** A receipt as people read it: one line for each kind of attachment in a stage. */
export function describeReceipt({ attachments, skipped, params }: Receipt): string {
  const groups = new Map<string, (typeof attachments)[number][]>();
  for (const entry of attachments) {
    const key = [entry.stage, entry.type, entry.site, entry.channels, entry.reduced].join();
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const rows = [...groups.values()].map((entries) => {
    const { stage, type, site, channels, reduced, node } = entries[0]!;
    const own = entries.reduce((sum, entry) => sum + entry.params, 0);
    const squeeze = reduced === undefined ? `${channels}` : `${channels} → ${reduced}`;
    return [`${stage}`, `${entries.length} × ${type}`, site, squeeze, own, entries.length > 1 ? `${node} …` : node];
  });
  const proven = `${attachments.length} attachments with ${count(params)} parameters, each proven to be on the path`;
  const missed = skipped.length > 0 ? `; ${skipped.length} units do not have the site` : '';
  return `${table([['stage', 'what', 'site', 'channels', 'parameters', 'node'], ...rows])}\n  ${proven}${missed}`;
}
