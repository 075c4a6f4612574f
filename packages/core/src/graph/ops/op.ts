import type { ParameterSlot } from '../parameter.js';
import type { Shape } from '../shape.js';

/**
 * One kind of node: how many inputs it takes, which parameters it has, which shape it gives and what it costs,
 * in one place. A rule throws a `ShapeMismatch`; the builder adds the name of the node.
 */
export interface OpDefinition<Attributes> {
  readonly summary: string;
  readonly inputs: { readonly min: number; readonly max: number };
  shape(attributes: Attributes, inputs: readonly Shape[]): Shape;
  /** None by default. */
  parameters?(attributes: Attributes, inputs: readonly Shape[]): readonly ParameterSlot[];
  /** Multiply-accumulates for one sample, `null` where a size is unknown. Zero by default: elementwise work is not counted. */
  macs?(attributes: Attributes, inputs: readonly Shape[], output: Shape): number | null;
}

export const NONE = { min: 0, max: 0 } as const;
export const ONE = { min: 1, max: 1 } as const;
export const SEVERAL = { min: 2, max: Number.POSITIVE_INFINITY } as const;
