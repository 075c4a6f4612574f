import type { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import { channelsOf } from '../graph/shape.js';
import type { AttentionOutput } from './attention.js';
import type { Site } from './site.js';

/** What weaving changed in a graph. */
export interface Woven {
  /** Name of the node that the site's readers read now. */
  readonly node: string;
  /** Name of the node that is gated. */
  readonly producer: string;
  /** Names of the nodes whose inputs were rewired; empty where only an output of the model reads the site. */
  readonly readers: readonly string[];
  /** Names of all nodes that were built for it. */
  readonly nodes: readonly string[];
  readonly channels: number;
  /** Channels of the squeeze, where there is one. */
  readonly reduced?: number;
}

/** Producer → what gates it for all of its readers, so that a further attachment stacks upon it. */
export type Gated = Map<Node, Node>;

/**
 * Puts what `build` makes between a site's producer and its readers. Its nodes stand under `scope`, and the node
 * that the readers get is called `scope` itself.
 */
export function weave(
  g: GraphBuilder,
  scope: string,
  { producer: original, readers }: Site,
  gated: Gated,
  build: (x: Node) => AttentionOutput,
): Woven {
  const producer = readers === 'all' ? (gated.get(original) ?? original) : g.sourceOf(readers[0]!);
  const edges = readers === 'all' ? g.readersOf(producer) : readers;
  const before = g.size;
  const { output, reduced } = g.scope(scope, () => build(producer));
  const name = g.path(scope);
  if (g.names(before).includes(output.name) && !g.find(name)) g.rename(output, name);
  for (const edge of edges) g.rewire(edge, output);
  if (readers === 'all') gated.set(original, output);
  return {
    node: output.name,
    producer: producer.name,
    readers: [...new Set(edges.map(({ node }) => node.name))].filter((reader) => g.find(reader)),
    nodes: g.names(before),
    channels: channelsOf(producer),
    ...(reduced !== undefined && { reduced }),
  };
}
