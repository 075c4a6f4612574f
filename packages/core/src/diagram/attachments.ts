import type { Receipt, ReceiptEntry } from '../assemble/receipt.js';
import { type Graph, parameterKeys } from '../graph/node.js';
import { staticSize } from '../graph/shape.js';
import { groupBy } from '../group-by.js';
import { plain, ranges } from './text.js';

/** Attachments of one type, at one site, under one label. */
export interface AttachmentGroup {
  readonly type: string;
  readonly site: string;
  readonly label: string;
  readonly entries: readonly ReceiptEntry[];
  readonly stages: readonly string[];
  readonly channels: readonly number[];
  /** Channels of the squeezes; none for attentions without one. */
  readonly reduced: readonly number[];
  readonly params: number;
}

export interface TypeShare {
  readonly type: string;
  readonly params: number;
}

export function groupAttachments({ attachments }: Receipt): AttachmentGroup[] {
  const groups = groupBy(attachments, ({ type, site, label }) => JSON.stringify([type, site, label]));
  return [...groups.values()].map((entries) => {
    const { type, site, label } = entries[0]!;
    return {
      type,
      site,
      label,
      entries,
      stages: [...new Set(entries.map(({ stage }) => stage))],
      channels: entries.map(({ channels }) => channels),
      reduced: entries.flatMap(({ reduced }) => reduced ?? []),
      params: entries.reduce((sum, { params }) => sum + params, 0),
    };
  });
}

/** Parameters of attachments by stage and type; a shared one counts where a plan counts it, at its first node. */
export function attachedParams(graph: Graph, { attachments }: Receipt): Map<string, TypeShare[]> {
  const typeOf = new Map(attachments.flatMap(({ type, nodes }) => nodes.map((node) => [node, type] as const)));
  const counted = new Set<string>();
  const stages = new Map<string, Map<string, number>>();
  for (const node of graph.nodes) {
    const fresh = parameterKeys(node).filter((key) => !counted.has(key));
    for (const key of fresh) counted.add(key);
    const type = typeOf.get(node.name);
    if (type === undefined || fresh.length === 0) continue;
    const params = fresh.reduce((sum, key) => sum + staticSize(graph.parameters.get(key)!.shape), 0);
    const shares = stages.get(node.stage) ?? new Map<string, number>();
    stages.set(node.stage, shares.set(type, (shares.get(type) ?? 0) + params));
  }
  return new Map(
    [...stages].map(([stage, shares]) => [stage, [...shares].map(([type, params]) => ({ type, params }))]),
  );
}

/** `eca at shortcut: layer2.0, layer3.0 have no such place` */
export function describeSkipped({ skipped }: Receipt): string[] {
  const groups = groupBy(skipped, ({ type, site }) => JSON.stringify([type, site]));
  return [...groups.values()].map((entries) => {
    const { type, site } = entries[0]!;
    const has = entries.length === 1 ? 'has' : 'have';
    return `${plain(type)} at ${plain(site)}: ${ranges(entries.map(({ block }) => block))} ${has} no such place`;
  });
}
