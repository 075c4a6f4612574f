import { SenetError } from '../errors.js';
import type { Edge, GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';

/** The names every library user may rely on; a unit offers those it has and may add its own. */
export const RESERVED_SITES = ['input', 'hidden', 'branch', 'shortcut', 'output'] as const;
export type ReservedSite = (typeof RESERVED_SITES)[number];

/**
 * A named place where attention can be attached: a producer and the readers to rewire. `'all'` stands for whatever
 * reads the producer when the attachment is made, in this unit or after it, taps included.
 */
export interface Site {
  readonly producer: Node;
  readonly readers: readonly Edge[] | 'all';
}

/** The site on the way from `producer` to these readers: others that read the producer are left alone. */
export function between(g: GraphBuilder, producer: Node, ...readers: readonly Node[]): Site {
  const edges = g.readersOf(producer).filter(({ node }) => readers.includes(node));
  if (edges.length === 0) {
    throw new SenetError('UnknownSite', `nothing reads '${producer.name}'`, {
      path: readers[0]?.name,
      expected: 'a reader of the producer',
    });
  }
  return { producer, readers: edges };
}

/** The site after `producer`, for all that read it. */
export function after(producer: Node): Site {
  return { producer, readers: 'all' };
}
