import { type AttachmentPlan, groupBy, type Receipt } from '@senet/core/graph';
import { collapse } from './names.js';
import { count } from './numbers.js';
import { table } from './table.js';

/** Attachments as a table: those of a stage that are alike share a line. */
export function printAttachments(attachments: readonly AttachmentPlan[]): string {
  const alike = groupBy(attachments, ({ stage, type, site, channels, reduced, params }) =>
    [stage, type, site, channels, reduced, params].join(),
  );
  const rows = [...alike.values()].map((group) => {
    const { type, site, stage, channels, reduced, params } = group[0]!;
    const nodes = collapse(group.map(({ node }) => node));
    const total = group.length > 1 ? `${group.length} × ${count(params)}` : count(params);
    return [type, site, stage, nodes, String(channels), reduced === null ? '–' : String(reduced), total];
  });
  return table(
    [
      { title: 'attention' },
      { title: 'site' },
      { title: 'stage' },
      { title: 'nodes' },
      { title: 'channels', align: 'right' },
      { title: 'reduced', align: 'right' },
      { title: 'parameters', align: 'right' },
    ],
    rows,
  );
}

/** A receipt in words: what was attached where, that it is on the path, and what should be known about it. */
export function printReceipt({ attachments, skipped, params }: Receipt): string {
  if (attachments.length === 0) return 'nothing is attached';
  const alike = groupBy(attachments, ({ type, site }) => `${type} at ${site}`);
  const lines = [...alike.values()].map((group) => {
    const { type, site } = group[0]!;
    const own = group.reduce((sum, entry) => sum + entry.params, 0);
    const first = group.length === 1 ? group[0]!.node : `${group[0]!.node} … ${group.at(-1)!.node}`;
    return `  ${type} at ${site}: ${group.length} (${first}), ${count(own)} parameters`;
  });
  const zero = groupBy(
    attachments.filter(({ zeroGradients }) => zeroGradients),
    ({ type }) => type,
  );
  return [
    `attached, and proven to be on the path to the output: ${attachments.length}, ${count(params)} parameters`,
    ...lines,
    ...skipped.map(({ type, site, block }) => `  skipped: ${type} at ${site} of ${block}, which has no such place`),
    ...[...zero.values()].map(
      (group) =>
        `  some gradients of ${group.length} are zero at the first step, as in ${group[0]!.node}: ${group[0]!.zeroGradients}`,
    ),
  ].join('\n');
}
