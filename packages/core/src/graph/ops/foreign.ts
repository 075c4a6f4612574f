import type { ParameterSlot } from '../parameter.js';
import type { Shape } from '../shape.js';
import type { OpDefinition } from './op.js';

/**
 * The one open door: a layer that the graph does not know, with its own shape and cost, and a mapping for each
 * target that can express it. A target without a mapping raises `UnmappedOp`.
 */
export interface ForeignAttributes {
  /** What it is, for people: a tf.layers class name. */
  readonly className: string;
  readonly shape: Shape;
  readonly macs: number | null;
  readonly weights: readonly { readonly shape: readonly number[]; readonly trainable: boolean }[];
  /** Target name → what that target needs to build it (for `layers`: a function that makes the tf.layers.Layer). */
  readonly targets: Readonly<Record<string, unknown>>;
}

export const foreign: OpDefinition<ForeignAttributes> = {
  summary: 'a layer of another library or of your own',
  inputs: { min: 1, max: Number.POSITIVE_INFINITY },
  shape: ({ shape }) => shape,
  parameters: ({ weights }) => weights.map(slot),
  macs: ({ macs }) => macs,
};

function slot({ shape, trainable }: ForeignAttributes['weights'][number], index: number): ParameterSlot {
  const initializer = { type: 'constant', value: 0 } as const;
  return { role: `weight${index}`, suffix: `weight${index}`, shape, layout: 'foreign', trainable, initializer };
}
