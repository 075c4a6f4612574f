import type { UnitPlan } from '../assemble/assembly.js';
import type { ReceiptEntry } from '../assemble/receipt.js';
import type { AnyNode, Graph } from '../graph/node.js';
import { groupBy } from '../group-by.js';
import { type Flow, nodesOf, outline, overlay, type Part, traceFlow } from './flow.js';
import type { Mark } from './marks.js';
import type { Drawable } from './model.js';

/** Neighbouring units that are alike but for their channels; or layers of a stage outside of its units. */
export interface Block {
  /** Names of the units; none for layers outside of units. */
  readonly names: readonly string[];
  /** Registered kind of unit; none for layers outside of units. */
  readonly type?: string;
  readonly flow: Flow;
}

type Marks = ReadonlyMap<string, Mark>;

/** What stands in each stage, in order. */
export function blocksOf(assembly: Drawable, marks: Marks): Map<string, Block[]> {
  const { graph, receipt, units } = assembly;
  const gates = groupBy(receipt.attachments, ({ block }) => block);
  const inUnits = new Set(units.flatMap(({ nodes }) => nodes));
  const inGates = new Set(receipt.attachments.flatMap(({ nodes }) => nodes));
  const stages = groupBy(graph.nodes, ({ stage }) => stage);
  const unitsOf = groupBy(units, ({ stage }) => stage);
  const partOf = partsOf(graph);
  return new Map(
    [...stages].map(([stage, nodes]) => {
      const last = nodes.at(-1)!.name;
      const outside = nodes.filter(({ name, op }) => !inUnits.has(name) && !inGates.has(name) && op !== 'input');
      const blocks = (unitsOf.get(stage) ?? []).flatMap((unit) => unitBlock(unit, partOf, gates.get(unit.name) ?? []));
      const layers = outside.length === 0 ? [] : [layersBlock(outside, partOf)];
      return [stage, [...layers, ...fold(blocks, (block) => hasMark(block.flow, marks, last))]] as const;
    }),
  );
}

type PartOf = (scope: string, names: readonly string[], gates: readonly ReceiptEntry[]) => Part;

function partsOf({ nodes }: Graph): PartOf {
  const byName = new Map<string, AnyNode>(nodes.map((node) => [node.name, node]));
  const places = new Map(nodes.map(({ name }, i) => [name, i]));
  const placeOf = (name: string) => places.get(name) ?? -1;
  const sourceOf = ({ nodes: own, producer }: ReceiptEntry) => {
    const inside = new Set(own);
    const read = own.flatMap((name) => byName.get(name)?.inputs ?? []).filter((name) => !inside.has(name));
    return read.includes(producer) ? producer : read[0];
  };
  return (scope, names, gates) => ({
    scope,
    nodes: new Map(names.flatMap((name) => (byName.has(name) ? [[name, byName.get(name)!]] : []))),
    gates: new Map(gates.filter(({ node, nodes }) => nodes.includes(node)).map((entry) => [entry.node, entry])),
    sourceOf,
    placeOf,
  });
}

/** A unit's flow ends with what is attached to its output; where the graph ends within it, at its last node. */
function unitBlock({ name, type, output, nodes }: UnitPlan, partOf: PartOf, gates: readonly ReceiptEntry[]): Block[] {
  const part = partOf(name, nodes, gates);
  if (part.nodes.size === 0) return [];
  let end = part.nodes.has(output) ? output : [...part.nodes.keys()].at(-1)!;
  for (const gate of part.gates.values()) if (part.sourceOf(gate) === end) end = gate.node;
  return [{ names: [name], type, flow: traceFlow(part, end) }];
}

function layersBlock(nodes: readonly AnyNode[], partOf: PartOf): Block {
  const names = nodes.map(({ name }) => name);
  return { names: [], flow: traceFlow(partOf('', names, []), names.at(-1)!) };
}

/** Joins neighbours that are alike; a unit with a tap inside stands alone. */
function fold(blocks: readonly Block[], standsAlone: (block: Block) => boolean): Block[] {
  const folded: Block[] = [];
  for (const block of blocks) {
    const last = folded.at(-1);
    const alike = last && last.type === block.type && outline(last.flow) === outline(block.flow);
    if (!alike || standsAlone(block) || standsAlone(last)) folded.push(block);
    else
      folded[folded.length - 1] = {
        ...last,
        names: [...last.names, ...block.names],
        flow: overlay(last.flow, block.flow),
      };
  }
  return folded;
}

/** Whether a tap or an output is read within a flow; the one at the stage's end is told there. */
function hasMark(flow: Flow, marks: Marks, end: string): boolean {
  return flow.some((element) => {
    const within = element.kind === 'meeting' && element.paths.some((path) => hasMark(path, marks, end));
    return within || nodesOf(element).some((node) => node !== end && marks.has(node));
  });
}
