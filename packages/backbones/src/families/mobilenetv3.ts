import { type ActivationName, defineBackbone, makeDivisible } from '@senet/core/graph';
import * as z from 'zod';
import { invertedResidual } from '../units/inverted-residual.js';
import { type MobileTable, mobileShape, mobileSpec } from './mobile.js';
import { depth, width } from './options.js';
import { type ScaledStage, scaledStages, stage } from './scaled-stages.js';

interface Table {
  /** Expansions are the published channels over those that the unit reads; timm's figures, which round to the same. */
  readonly stages: readonly ScaledStage[];
  /** The first stages have ReLU, the others hard-swish. */
  readonly relu: number;
  /** Filters of the last 1×1 convolution, and of the layer after the pooling. */
  readonly last: number;
  readonly afterPool: number;
}

/** Howard et al. 2019, table 2; stages as timm groups them. */
const SMALL: Table = {
  stages: [
    stage(2, [1, 3, 16, 1]),
    stage(2, [4.5, 3, 24, 1], [3.67, 3, 24, 1]),
    stage(2, [4, 5, 40, 1], [6, 5, 40, 2]),
    stage(1, [3, 5, 48, 2]),
    stage(2, [6, 5, 96, 3]),
  ],
  relu: 2,
  last: 576,
  afterPool: 1024,
};

/** Table 1. */
const LARGE: Table = {
  stages: [
    stage(1, [1, 3, 16, 1]),
    stage(2, [4, 3, 24, 1], [3, 3, 24, 1]),
    stage(2, [3, 5, 40, 3]),
    stage(2, [6, 3, 80, 1], [2.5, 3, 80, 1], [2.3, 3, 80, 2]),
    stage(1, [6, 3, 112, 2]),
    stage(2, [6, 5, 160, 3]),
  ],
  relu: 3,
  last: 960,
  afterPool: 1280,
};

const options = z.object({
  ...mobileShape,
  width: width.describe("multiplies the channels, below 0.75 not the stem's"),
  depth,
  minimal: z.boolean().default(false).describe('3×3 kernels and ReLU only, as in the minimalistic networks'),
  firstShortcut: z
    .boolean()
    .default(true)
    .describe('in the first unit, where shapes allow it; mobilenetv3_rw has none'),
  headBias: z.boolean().default(true).describe('of the layer after the pooling; mobilenetv3_rw has none'),
});

/**
 * MobileNetV3 (Howard et al. 2019). Its SE is an attachment of the recipe: the trunk has none. Names and semantics as in
 * timm's mobilenetv3.py.
 */
export const mobilenetv3Small = member('mobilenetv3_small', 'the trunk of MobileNetV3-Small', SMALL);
export const mobilenetv3Large = member('mobilenetv3_large', 'the trunk of MobileNetV3-Large', LARGE);

function member<const Type extends string>(type: Type, summary: string, table: Table) {
  return defineBackbone({
    type,
    summary,
    options,
    sites: invertedResidual.sites,
    spec: (chosen) => mobileSpec(tableOf(table, chosen), chosen),
  });
}

function tableOf(
  { stages, relu, last, afterPool }: Table,
  { width, depth, minimal, firstShortcut, headBias }: z.output<typeof options>,
): MobileTable {
  const fixStem = width < 0.75;
  const activation: ActivationName = minimal ? 'relu' : 'hard-swish';
  const scaled = scaledStages(stages, 16, { width, depth, activation, fixStem });
  return {
    family: 'mobilenetv3',
    stem: fixStem ? 16 : makeDivisible(16 * width),
    activation,
    stages: scaled.map((rows, i) =>
      rows.map((row) => ({
        ...row,
        ...(minimal && { kernel: 3 }),
        ...(i < relu && { activation: 'relu' }),
        ...(i === 0 && { residual: firstShortcut }),
      })),
    ),
    last: { as: 'stage', filters: makeDivisible(last * width), units: Math.ceil(depth) },
    afterPool: { filters: afterPool, bias: headBias },
    semantics: { gate: 'relu6(x + 3) / 6' },
  };
}
