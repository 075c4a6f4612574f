import { type ActivationName, defineBackbone, makeDivisible } from '@senet/core/graph';
import * as z from 'zod';
import { invertedResidual } from '../units/inverted-residual.js';
import { mobileShape, mobileSpec } from './mobile.js';
import * as shared from './options.js';
import { scaledStages, stage } from './scaled-stages.js';

/** Tan and Le 2019, table 1 */
const STAGES = [
  stage(1, [1, 3, 16, 1]),
  stage(2, [6, 3, 24, 2]),
  stage(2, [6, 5, 40, 2]),
  stage(2, [6, 3, 80, 3]),
  stage(1, [6, 5, 112, 3]),
  stage(2, [6, 5, 192, 4]),
  stage(1, [6, 3, 320, 1]),
];

interface Member {
  readonly width: number;
  readonly depth: number;
  readonly activation?: ActivationName;
  /** EfficientNet-Lite: stem, head and the end stages are not scaled. */
  readonly lite?: boolean;
}

const LITE = { activation: 'relu6', lite: true } as const;

function member<const Type extends string>(
  type: Type,
  summary: string,
  { width, depth, activation = 'silu', lite = false }: Member,
) {
  const options = z.object({
    ...mobileShape,
    width: shared.width.default(width),
    depth: shared.depth.default(depth),
  });
  return defineBackbone({
    type,
    summary,
    options,
    sites: invertedResidual.sites,
    spec: ({ width, depth, ...chosen }) =>
      mobileSpec(
        {
          family: 'efficientnet',
          stem: lite ? 32 : makeDivisible(32 * width),
          activation,
          stages: scaledStages(STAGES, 32, { width, depth, activation, fixEnds: lite }),
          last: { filters: lite ? 1280 : makeDivisible(1280 * width), as: 'conv_head' },
        },
        chosen,
      ),
  });
}

/** EfficientNet (Tan and Le 2019), with timm's names. Its SE is an attachment of the recipe; the Lite form has none. */
export const efficientnets = [
  member('efficientnet_b0', 'the trunk of EfficientNet-B0', { width: 1, depth: 1 }),
  member('efficientnet_b1', 'the trunk of EfficientNet-B1', { width: 1, depth: 1.1 }),
  member('efficientnet_b2', 'the trunk of EfficientNet-B2', { width: 1.1, depth: 1.2 }),
  member('efficientnet_b3', 'the trunk of EfficientNet-B3', { width: 1.2, depth: 1.4 }),
  member('efficientnet_b4', 'the trunk of EfficientNet-B4', { width: 1.4, depth: 1.8 }),
  member('efficientnet_b5', 'the trunk of EfficientNet-B5', { width: 1.6, depth: 2.2 }),
  member('efficientnet_b6', 'the trunk of EfficientNet-B6', { width: 1.8, depth: 2.6 }),
  member('efficientnet_b7', 'the trunk of EfficientNet-B7', { width: 2, depth: 3.1 }),
  member('efficientnet_b8', 'the trunk of EfficientNet-B8', { width: 2.2, depth: 3.6 }),
  member('efficientnet_lite0', 'EfficientNet-Lite0', { width: 1, depth: 1, ...LITE }),
  member('efficientnet_lite1', 'EfficientNet-Lite1', { width: 1, depth: 1.1, ...LITE }),
  member('efficientnet_lite2', 'EfficientNet-Lite2', { width: 1.1, depth: 1.2, ...LITE }),
  member('efficientnet_lite3', 'EfficientNet-Lite3', { width: 1.2, depth: 1.4, ...LITE }),
  member('efficientnet_lite4', 'EfficientNet-Lite4', { width: 1.4, depth: 1.8, ...LITE }),
] as const;
