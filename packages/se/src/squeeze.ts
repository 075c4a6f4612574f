import type { GraphBuilder, Node } from '@senet/core/graph';

/** `avg+max` is half the mean and half the maximum, as timm's `add_maxpool`. */
export const SQUEEZES = ['avg', 'max', 'avg+max'] as const;
export type Squeeze = (typeof SQUEEZES)[number];

/** `[h, w, c]` → `[1, 1, c]`. */
export function applySqueeze(g: GraphBuilder, x: Node, squeeze: Squeeze): Node {
  const mean = (name: string) => g.reduce(x, { kind: 'mean', name });
  const max = (name: string) => g.reduce(x, { kind: 'max', name });
  if (squeeze === 'avg') return mean('squeeze');
  if (squeeze === 'max') return max('squeeze');
  return g.average([mean('squeeze_avg'), max('squeeze_max')], { name: 'squeeze' });
}
