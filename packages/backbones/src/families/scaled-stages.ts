import { type ActivationName, makeDivisible } from '@senet/core/graph';
import { roundHalfToEven } from './half-even.js';
import type { Row } from './mobile.js';

/** Inverted residuals before they are scaled; an expansion of 1 is a depthwise separable convolution. */
type Scaled = readonly [expansion: number, kernel: number, filters: number, repeats: number];

export interface ScaledStage {
  /** Of the first unit. */
  readonly stride: number;
  readonly rows: readonly Scaled[];
}

/** Rows of a stage: expansion, kernel, channels, repeats. */
export function stage(stride: number, ...rows: readonly Scaled[]): ScaledStage {
  return { stride, rows };
}

export interface Scaling {
  /** Multiplies the channels. */
  readonly width: number;
  /** Multiplies the repeats of a stage, rounded up. */
  readonly depth: number;
  readonly activation: ActivationName;
  /** The stem is not scaled. */
  readonly fixStem?: boolean;
  /** The first and the last stage keep their repeats, as in EfficientNet-Lite. */
  readonly fixEnds?: boolean;
}

/** Rows of stages whose units expand what they read: widths are rounded to eights, and expansions follow them. */
export function scaledStages(
  stages: readonly ScaledStage[],
  stem: number,
  { width, depth, activation, fixEnds = false, fixStem = fixEnds }: Scaling,
): Row[][] {
  let inputs = fixStem ? stem : makeDivisible(stem * width);
  return stages.map(({ stride, rows }, i) => {
    const fixed = fixEnds && (i === 0 || i === stages.length - 1);
    const units = repeated(rows, fixed ? 1 : depth);
    return units.map(([expansion, kernel, channels], j) => {
      const expanded = expansion === 1 ? undefined : makeDivisible(inputs * expansion);
      inputs = makeDivisible(channels * width);
      return { kernel, expanded, filters: inputs, stride: j === 0 ? stride : 1, activation };
    });
  });
}

/** How timm shares a stage's units among its rows: from the last one on, so that the first, which strides, grows last. */
function repeated(rows: readonly Scaled[], depth: number): Scaled[] {
  let left = rows.reduce((sum, [, , , repeats]) => sum + repeats, 0);
  let units = Math.ceil(left * depth);
  const shares = rows.toReversed().map((row) => {
    const share = Math.max(1, roundHalfToEven((row[3] / left) * units));
    left -= row[3];
    units -= share;
    return Array.from({ length: share }, () => row);
  });
  return shares.toReversed().flat();
}
