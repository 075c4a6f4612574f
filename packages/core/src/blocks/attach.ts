import { nearest, SenetError } from '../errors.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import type { Attention, AttentionContext } from './attention.js';
import type { Site } from './site.js';
import type { AnyUnit, UnitOutput } from './unit.js';
import { type Gated, weave } from './weave.js';

export interface AttachOptions<SiteName extends string = string> {
  /** Site; a plain function offers `input` and `output` (its default), a unit all it declares. */
  readonly at?: SiteName;
  /** Name of the attention within a unit: `se` by default, so that weights have it as `….se.fc1`. */
  readonly label?: string;
}

/** A block as a function on graph nodes. */
export type GraphBlock<Rest extends unknown[]> = (g: GraphBuilder, x: Node, ...rest: Rest) => Node;

/**
 * The decorator of a block: the same block, with attention at one of its sites.
 *
 * It takes a unit (and returns a unit, for backbones), a function on graph nodes `(g, x, …) => node`, or a function
 * on `tf.SymbolicTensor`s `(x, …) => y`. Each call makes new weights; pass `attention.shared()` for one set.
 *
 * @throws SenetError `UnknownSite` for a site that the block does not offer
 * @example
 * ```ts
 * const gated = attach((x: tf.SymbolicTensor) => conv.apply(x) as tf.SymbolicTensor, se({ ratio: 8 }));
 * const preGated = attach(bottleneck, se(), { at: 'input' });
 * ```
 */
export function attach<Unit extends AnyUnit>(
  block: Unit,
  attention: Attention,
  options?: AttachOptions<Unit['sites'][number]>,
): Unit;
export function attach<Rest extends unknown[]>(
  block: GraphBlock<Rest>,
  attention: Attention,
  options?: AttachOptions<'input' | 'output'>,
): GraphBlock<Rest>;
export function attach<T, Rest extends unknown[]>(
  block: (x: T, ...rest: Rest) => T,
  attention: Pick<Attention, 'apply'>,
  options?: AttachOptions<'input' | 'output'>,
): (x: T, ...rest: Rest) => T;
export function attach(block: unknown, attention: unknown, options: AttachOptions = {}): unknown {
  return typeof block === 'function'
    ? attachToFunction(block as Block, attention as Attention, options)
    : attachToUnit(block as AnyUnit, attention as Attention, options);
}

type Block = (...parts: unknown[]) => unknown;

function attachToFunction(block: Block, attention: Attention, { at = 'output', label }: AttachOptions): Block {
  if (at !== 'input' && at !== 'output') throw unknownSite('a plain function', at, ['input', 'output']);
  return (first, ...rest) => {
    const onGraph = first instanceof GraphBuilder;
    const gate = onGraph
      ? (x: Node) => buildUnder(first, label, attention, x)
      : (x: Node) => attention.apply(x, { name: label });
    const [x, ...others] = onGraph ? rest : [first, ...rest];
    const run = (value: unknown) => (onGraph ? block(first, value, ...others) : block(value, ...others));
    return at === 'input' ? run(gate(x as Node)) : gate(run(x) as Node);
  };
}

function buildUnder(g: GraphBuilder, label: string | undefined, attention: Attention, x: Node): Node {
  const build = () => attention.build(g, x).output;
  if (label !== undefined) return g.scope(label, build);
  let free = attention.type;
  for (let i = 1; g.isTaken(g.path(free)); i++) free = `${attention.type}_${i}`;
  return g.scope(free, build);
}

function attachToUnit(
  unit: AnyUnit,
  attention: Attention,
  { at = unit.defaultSite, label = 'se' }: AttachOptions,
): AnyUnit {
  const site = unit.aliases?.[at] ?? at;
  if (!unit.sites.includes(site)) throw unknownSite(`the unit '${unit.type}'`, at, unit.sites);
  return {
    ...unit,
    build(g, x, options) {
      const built = unit.build(g, x, options);
      return weaveInto(g, x, built, attention, { site, label, type: unit.type });
    },
  };
}

function weaveInto(
  g: GraphBuilder,
  x: Node,
  built: UnitOutput,
  attention: Attention,
  { site, label, type }: { site: string; label: string; type: string },
): UnitOutput {
  const place = built.sites[site];
  if (!place)
    throw new SenetError('UnknownSite', `this '${type}' has no '${site}' in its place`, { path: g.path(label) });
  const gated: Gated = new Map();
  const context: Partial<AttentionContext> = {
    site,
    block: g.path(''),
    blockInput: x,
    stride: built.stride,
    activation: built.activation,
  };
  const woven = weave(g, label, place, gated, (node) => attention.build(g, node, context));
  const output = gated.get(built.output) ?? built.output;
  const producer = g.find(woven.node)!;
  const moved = (old: Site | undefined) => old?.readers === place.readers && old.producer === place.producer;
  const sites = Object.fromEntries(
    Object.entries(built.sites).map(([name, old]) => [name, moved(old) ? { ...place, producer } : old]),
  );
  return {
    ...built,
    output,
    sites,
    attached: [...(built.attached ?? []), { ...woven, type: attention.type, label, site, init: 'default' }],
  };
}

function unknownSite(what: string, site: string, sites: readonly string[]): SenetError {
  return new SenetError('UnknownSite', `${what} has no site '${site}'`, {
    expected: `one of ${sites.join(', ')}`,
    suggestions: nearest(site, sites),
  });
}
