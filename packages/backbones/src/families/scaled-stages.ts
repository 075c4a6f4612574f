import { type ActivationName, makeDivisible } from '@senet/core/graph';
import type { Row } from './mobile.js';

/** A stage of inverted residuals before it is scaled. */
export type Scaled = readonly [expansion: number, kernel: number, filters: number, repeats: number, stride: number];

export interface Scaling {
  /** Multiplies the channels. */
  readonly width: number;
  /** Multiplies the repeats, rounded up. */
  readonly depth: number;
  readonly activation: ActivationName;
  /** The first and the last stage keep their repeats, as in EfficientNet-Lite. */
  readonly fixEnds?: boolean;
}

/** Rows of stages whose units expand what they read: widths are rounded to eights, and expansions follow them. */
export function scaledStages(
  stages: readonly Scaled[],
  stem: number,
  { width, depth, activation, fixEnds = false }: Scaling,
): Row[][] {
  let inputs = fixEnds ? stem : makeDivisible(stem * width);
  return stages.map(([expansion, kernel, channels, repeats, stride], i) => {
    const filters = makeDivisible(channels * width);
    const fixed = fixEnds && (i === 0 || i === stages.length - 1);
    const count = fixed ? repeats : Math.ceil(repeats * depth);
    return Array.from({ length: count }, (_, j) => {
      const expanded = expansion === 1 ? undefined : makeDivisible(inputs * expansion);
      inputs = filters;
      return { kernel, expanded, filters, stride: j === 0 ? stride : 1, activation };
    });
  });
}
