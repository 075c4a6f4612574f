import type { ReceiptEntry } from '../assemble/receipt.js';
import type { AnyNode } from '../graph/node.js';
import { isMinor, nameOf } from './step.js';
import { span } from './text.js';

/** A layer, with the normalization and activation that follow it; several nodes where units alike are drawn as one. */
export interface Step {
  readonly kind: 'step';
  readonly title: string;
  readonly minor: boolean;
  /** How many layers it stands for; one by default. */
  readonly layers?: number;
  /** Channels of its value, in each of the units. */
  readonly channels: readonly number[];
  readonly nodes: readonly string[];
}

/** An attachment in its place, in each of the units. */
export interface Gate {
  readonly kind: 'gate';
  readonly entries: readonly ReceiptEntry[];
}

/** Paths that part and meet again: a branch and its shortcut, the paths of an inception module. */
export interface Meeting {
  readonly kind: 'meeting';
  /** `+`, `×`, `concat` … */
  readonly title: string;
  readonly paths: readonly Flow[];
  readonly nodes: readonly string[];
}

export type Element = Step | Gate | Meeting;
/** What a value goes through, in order. */
export type Flow = readonly Element[];

/** A part of a graph: a unit, a stem, a head. */
export interface Part {
  /** Before the names of its nodes: a unit's name. */
  readonly scope: string;
  /** Its nodes by name; the order is the graph's. */
  readonly nodes: ReadonlyMap<string, AnyNode>;
  /** Attachments in it, by the name of the node that gives the gated value. */
  readonly gates: ReadonlyMap<string, ReceiptEntry>;
  /** What an attachment reads. */
  readonly sourceOf: (entry: ReceiptEntry) => string | undefined;
  /** Place of a node in the graph. */
  readonly placeOf: (name: string) => number;
}

/**
 * Reads a part backwards, from its output to where it leaves the part. Every node is told once: a path that comes from
 * within another one starts with a word about where.
 */
export function traceFlow(part: Part, output: string): Flow {
  return trace(part, output, undefined, new Set());
}

function trace(part: Part, from: string | undefined, stop: string | undefined, told: Set<string>): Flow {
  const backwards: Element[] = [];
  let name = from;
  while (name !== undefined && name !== stop) {
    const gate = part.gates.get(name);
    const node = part.nodes.get(name);
    if (!gate && (!node || node.op === 'input')) break;
    if (told.has(name)) {
      backwards.push(comesFrom(part, name));
      break;
    }
    told.add(name);
    const [element, source] = gate ? gated(part, gate) : layer(part, node!, told);
    backwards.push(element);
    name = source;
  }
  return join(backwards.reverse());
}

type Traced = readonly [element: Element, source: string | undefined];

function gated(part: Part, gate: ReceiptEntry): Traced {
  return [{ kind: 'gate', entries: [gate] }, part.sourceOf(gate)];
}

function layer(part: Part, node: AnyNode, told: Set<string>): Traced {
  if (new Set(node.inputs).size < 2) return [step(node), node.inputs[0]];
  const source = lastCommon(part, node.inputs);
  const inOrder = [...new Set(node.inputs)].sort((a, b) => part.placeOf(a) - part.placeOf(b));
  const paths = new Map(inOrder.map((input) => [input, trace(part, input, source, told)]));
  const inputs = node.inputs.map((input) => paths.get(input)!);
  return [{ kind: 'meeting', title: nameOf(node), paths: inputs, nodes: [node.name] }, source];
}

function comesFrom({ scope }: Part, name: string): Step {
  const own = name.startsWith(`${scope}.`) ? name.slice(scope.length + 1) : name;
  return { kind: 'step', title: `from ${own}`, minor: true, channels: [], nodes: [] };
}

function step(node: AnyNode): Step {
  const channels = node.shape.at(-1);
  return {
    kind: 'step',
    title: nameOf(node),
    minor: isMinor(node),
    channels: typeof channels === 'number' ? [channels] : [],
    nodes: [node.name],
  };
}

/** The last node that all of `names` depend on: where their paths parted, in this part or just before it. */
function lastCommon(part: Part, names: readonly string[]): string | undefined {
  const [first, ...others] = names.map((name) => sourcesOf(part, name)) as [Set<string>, ...Set<string>[]];
  const common = [...first].filter((name) => others.every((sources) => sources.has(name)));
  return common.reduce<string | undefined>(
    (last, name) => (last === undefined || part.placeOf(name) > part.placeOf(last) ? name : last),
    undefined,
  );
}

function sourcesOf(part: Part, from: string): Set<string> {
  const found = new Set([from]);
  for (const name of found) {
    const gate = part.gates.get(name);
    const source = gate && part.sourceOf(gate);
    const sources = gate ? (source === undefined ? [] : [source]) : (part.nodes.get(name)?.inputs ?? []);
    for (const next of sources) found.add(next);
  }
  return found;
}

/** Normalizations and activations belong to the layer or the meeting before them; not across an attachment. */
function join(elements: readonly Element[]): Flow {
  const joined: Element[] = [];
  for (const element of elements) {
    const last = joined.at(-1);
    const absorbed = element.kind === 'step' && element.minor && last && last.kind !== 'gate';
    if (absorbed) joined[joined.length - 1] = absorb(last, element);
    else joined.push(element);
  }
  return joined;
}

function absorb(last: Step | Meeting, { title, nodes }: Step): Step | Meeting {
  const both = [...last.nodes, ...nodes];
  if (last.kind === 'step' && last.minor) return { ...last, title: `${last.title}, ${title}`, nodes: both };
  return { ...last, nodes: both };
}

/** The words of an attachment: its type, `256→16` or its channels alone, and its site with its label where that differs. */
export function wordsOf({ entries }: Gate): { type: string; channels: string; place: string } {
  const { type, site, label } = entries[0]!;
  const channels = span(entries.map((entry) => entry.channels));
  const reduced = entries.flatMap((entry) => entry.reduced ?? []);
  return {
    type,
    channels: reduced.length > 0 ? `${channels}→${span(reduced)}` : channels,
    place: label === type ? site : `${site} as ${label}`,
  };
}

/** Names of the nodes whose values an element gives. */
export function nodesOf(element: Element): readonly string[] {
  return element.kind === 'gate' ? element.entries.map(({ node }) => node) : element.nodes;
}

/** Number of the shortcut among two paths that are added: the one with less on it, where the difference is plain. */
export function shortcutOf({ title, paths }: Meeting): number | undefined {
  if (title !== '+' || paths.length !== 2) return undefined;
  const [a, b] = paths.map((path) => path.filter(({ kind }) => kind !== 'gate').length) as [number, number];
  if (a === 0 || b === 0) return a === 0 ? 0 : 1;
  if (a === b || paths.some((path) => path.some(({ kind }) => kind === 'meeting'))) return undefined;
  return a < b ? 0 : 1;
}

/** What must agree for flows to be drawn as one: all but channels. */
export function outline(flow: Flow): string {
  return JSON.stringify(flow.map(outlineOf));
}

function outlineOf(element: Element): unknown {
  if (element.kind === 'step') return [element.title, element.minor];
  if (element.kind === 'meeting') return [element.title, element.paths.map(outline)];
  const { type, site, label, init, reduced } = element.entries[0]!;
  return ['gate', type, site, label, init, reduced === undefined];
}

/** Flows of one outline as one flow, with the channels and attachments of all. */
export function overlay(a: Flow, b: Flow): Flow {
  return a.map((element, i) => overlayElement(element, b[i]!));
}

function overlayElement(a: Element, b: Element): Element {
  if (a.kind === 'gate' && b.kind === 'gate') return { ...a, entries: [...a.entries, ...b.entries] };
  if (a.kind === 'meeting' && b.kind === 'meeting') {
    const paths = a.paths.map((path, i) => overlay(path, b.paths[i]!));
    return { ...a, paths, nodes: [...a.nodes, ...b.nodes] };
  }
  if (a.kind === 'step' && b.kind === 'step') {
    return { ...a, channels: [...a.channels, ...b.channels], nodes: [...a.nodes, ...b.nodes] };
  }
  return a;
}
