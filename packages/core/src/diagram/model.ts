import type { Assembly } from '../assemble/assembly.js';
import type { Shape } from '../graph/shape.js';
import { groupBy } from '../group-by.js';
import {
  type AttachmentGroup,
  attachedParams,
  describeSkipped,
  groupAttachments,
  type TypeShare,
} from './attachments.js';
import { type Block, blocksOf } from './blocks.js';
import { type Mark, markNodes } from './marks.js';

/** What a diagram is drawn from: an assembly, or what looks like one. */
export type Drawable = Pick<Assembly, 'name' | 'config' | 'graph' | 'plan' | 'receipt' | 'taps' | 'units'>;

export interface Stage {
  readonly name: string;
  readonly blocks: readonly Block[];
  /** Kinds of units and how many there are, in order. */
  readonly units: readonly (readonly [type: string, count: number])[];
  readonly output: Shape;
  readonly params: number;
  /** Parameters of attachments, by type. */
  readonly attached: readonly TypeShare[];
  readonly macs: number | null;
  /** A tap or an output at the stage's end. */
  readonly end?: Mark;
}

/** A network as every diagram shows it. */
export interface Diagram {
  readonly name: string;
  readonly backbone: string;
  readonly input: Shape;
  readonly params: number;
  readonly attachedParams: number;
  readonly macs: number | null;
  readonly activationBytes: number | null;
  readonly stages: readonly Stage[];
  readonly attachments: readonly AttachmentGroup[];
  /** What was selected but has no place to stand, in words. */
  readonly skipped: readonly string[];
  /** Attentions in order of appearance: one type has one colour. */
  readonly types: readonly string[];
  /** Taps and outputs, by node. */
  readonly marks: ReadonlyMap<string, Mark>;
}

/** Collects what the diagrams of a network show. */
export function toDiagram(assembly: Drawable): Diagram {
  const { name, config, graph, plan, receipt } = assembly;
  const attached = attachedParams(graph, receipt);
  const marks = markNodes(assembly);
  const blocks = blocksOf(assembly, marks);
  const ends = new Map(graph.nodes.map((node) => [node.stage, node.name]));
  const all = plan.stages.map((stage) => ({
    name: stage.name,
    blocks: blocks.get(stage.name)!,
    units: countUnits(blocks.get(stage.name)!),
    output: stage.outputShape,
    params: stage.params.total,
    attached: attached.get(stage.name) ?? [],
    macs: stage.macs,
    end: marks.get(ends.get(stage.name)!),
  }));
  const stages = all.filter((stage) => stage.blocks.length > 0 || stage.end); // a stem may be the input alone
  return {
    name,
    backbone: config.backbone.type,
    input: plan.inputShape,
    params: plan.params.total,
    attachedParams: stages.reduce((sum, stage) => sum + total(stage.attached), 0),
    macs: plan.macs,
    activationBytes: plan.activationBytes,
    stages,
    attachments: groupAttachments(receipt),
    skipped: describeSkipped(receipt),
    types: [...new Set(receipt.attachments.map(({ type }) => type))],
    marks,
  };
}

export function total(shares: readonly TypeShare[]): number {
  return shares.reduce((sum, { params }) => sum + params, 0);
}

function countUnits(blocks: readonly Block[]): (readonly [string, number])[] {
  const byType = groupBy(
    blocks.flatMap(({ type, names }) => (type === undefined ? [] : names.map(() => type))),
    (type) => type,
  );
  return [...byType].map(([type, { length }]) => [type, length]);
}
