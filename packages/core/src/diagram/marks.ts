import type { Shape } from '../graph/shape.js';
import type { Drawable } from './model.js';

/** A node whose value is a tap, an output of the model, or both. */
export interface Mark {
  readonly node: string;
  readonly tap?: number;
  readonly output: boolean;
  readonly shape: Shape;
}

/** Taps and outputs by node; taps that no output needs are not in the graph. */
export function markNodes({ graph, taps }: Pick<Drawable, 'graph' | 'taps'>): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const { name: node, shape } of graph.nodes) {
    const tap = taps.indexOf(node);
    const output = graph.outputs.includes(node);
    if (tap >= 0 || output) marks.set(node, { node, ...(tap >= 0 && { tap }), output, shape });
  }
  return marks;
}

/** `tap 2`, `output`, `tap 2, output` */
export function showMark({ tap, output }: Mark): string {
  return [tap !== undefined && `tap ${tap}`, output && 'output'].filter(Boolean).join(', ');
}
