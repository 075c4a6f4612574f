import { type BackboneSpec, defineBackbone, SenetError, type UnitSpec, unit } from '@senet/core/graph';
import { basic } from '../units/basic.js';
import { bottleneck } from '../units/bottleneck.js';
import { tradeStrides } from './output-stride.js';
import { type ResNetDefaults, type ResNetOptions, resnetOptions } from './resnet-options.js';
import { resnetStem } from './resnet-stem.js';
import { RESNET_STYLES, type Style } from './resnet-style.js';

const EXPANSION = { basic: 1, bottleneck: 4 } as const;

/**
 * The ResNet family: ResNet (He et al. 2015), ResNeXt (Xie et al. 2016), ResNet-D (He et al. 2018) and SENet-154 (Hu et
 * al. 2017). Names and semantics as in timm's resnet.py, or another `style`'s.
 */
function resnetMember<const Type extends string>(type: Type, summary: string, defaults: ResNetDefaults = {}) {
  return defineBackbone({ type, summary, options: resnetOptions(defaults), sites: bottleneck.sites, spec: resnetSpec });
}

export const resnet = resnetMember('resnet', 'any ResNet; ResNet-50 by default');

export const resnets = [
  resnet,
  resnetMember('resnet18', 'ResNet-18', { unit: 'basic', depths: [2, 2, 2, 2] }),
  resnetMember('resnet34', 'ResNet-34', { unit: 'basic', depths: [3, 4, 6, 3] }),
  resnetMember('resnet26', 'ResNet-26', { depths: [2, 2, 2, 2] }),
  resnetMember('resnet50', 'ResNet-50'),
  resnetMember('resnet101', 'ResNet-101', { depths: [3, 4, 23, 3] }),
  resnetMember('resnet152', 'ResNet-152', { depths: [3, 8, 36, 3] }),
  resnetMember('resnext50_32x4d', 'ResNeXt-50, 32 groups of 4', { cardinality: 32, baseWidth: 4 }),
  resnetMember('resnext101_32x4d', 'ResNeXt-101, 32 groups of 4', {
    cardinality: 32,
    baseWidth: 4,
    depths: [3, 4, 23, 3],
  }),
  resnetMember('senet154', 'the trunk of SENet-154: 64 groups, deep stem, 3×3 shortcuts', {
    cardinality: 64,
    baseWidth: 4,
    reduceFirst: 2,
    depths: [3, 8, 36, 3],
    downsampleKernel: 3,
    stem: { type: 'deep', width: 64 },
  }),
] as const;

function resnetSpec(options: ResNetOptions): BackboneSpec {
  const style = RESNET_STYLES[options.style];
  const { epsilon = style.epsilon } = options;
  const strideAt = style.strideAt(options);
  return {
    family: 'resnet',
    style: options.style,
    semantics: {
      stride:
        options.unit === 'basic' ? 'first 3×3 (conv1)' : strideAt === 'conv1' ? 'first 1×1 (conv1)' : '3×3 (conv2)',
      'max-pool': style.pool,
      padding: style.padding,
      epsilon: epsilon.toExponential(),
    },
    input: { shape: [224, 224, 3], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    stem: (g, x) => resnetStem(g, x, options, style),
    stages: stagesOf(options, style),
    attention: style.attention,
    head: style.head,
  };
}

function stagesOf(options: ResNetOptions, style: Style) {
  const { depths, widths, strides } = perStage(options);
  const total = depths.reduce((sum, depth) => sum + depth, 0);
  const { outputStride, stem } = options;
  const dilations = tradeStrides(strides, stem.stride * (stem.pool === 'none' ? 1 : 2), outputStride);
  let index = 0;
  return depths.map((depth, i) => ({
    name: `layer${i + 1}`,
    units: Array.from({ length: depth }, (_, j) => {
      const dropPath = total > 1 ? (options.dropPath * index++) / (total - 1) : 0;
      const { stride, dilation, before } = dilations[i]!;
      const place = j === 0 ? { stride, dilation, firstDilation: before } : { stride: 1, dilation };
      return unitOf(options, style, `layer${i + 1}.${j}`, widths[i]!, {
        ...place,
        dropPath,
        dropBlock: dropBlockOf(options, i),
      });
    }),
  }));
}

/** Depths, widths and strides, one of each for every stage. */
function perStage({
  depths,
  widths = depths.map((_, i) => 64 * 2 ** i),
  strides = depths.map((_, i) => (i === 0 ? 1 : 2)),
}: ResNetOptions) {
  for (const [key, values] of Object.entries({ widths, strides })) {
    if (values.length === depths.length) continue;
    const problem = `has ${values.length} values for ${depths.length} stages`;
    throw new SenetError('ConfigInvalid', problem, {
      path: `backbone.${key}`,
      expected: `${depths.length} values, one for each of \`depths\``,
    });
  }
  return { depths, widths, strides };
}

/** timm's drop_blocks: regions of 5 in the third stage, of 3 in the fourth. */
function dropBlockOf({ dropBlock: rate }: ResNetOptions, stage: number) {
  if (rate === 0 || (stage !== 2 && stage !== 3)) return undefined;
  return stage === 2 ? { rate, size: 5, gammaScale: 0.25 } : { rate, size: 3, gammaScale: 1 };
}

/** What a unit's place in the network decides. */
interface Place {
  readonly stride: number;
  readonly dilation: number;
  readonly firstDilation?: number;
  readonly dropPath: number;
  readonly dropBlock: ReturnType<typeof dropBlockOf>;
}

function unitOf(options: ResNetOptions, style: Style, name: string, width: number, place: Place): UnitSpec {
  const { cardinality, baseWidth, reduceFirst, downsample, downsampleKernel, activation } = options;
  const common = {
    ...place,
    activation,
    downsample,
    downsampleKernel,
    epsilon: options.epsilon ?? style.epsilon,
    convBias: style.convBias,
    padding: style.padding,
    downsampleNorm: style.downsampleNorm,
    zeroInitLast: options.zeroInitLast ?? style.zeroInitLast,
    filters: width * EXPANSION[options.unit],
  };
  if (options.unit === 'basic') {
    refuseGroups(options);
    return unit(name, basic, {
      ...common,
      width: Math.max(1, Math.floor(width / reduceFirst)),
      branchActivation: style.branchActivation,
    });
  }
  const middle = Math.max(1, Math.floor((width * baseWidth) / 64)) * cardinality;
  const first = Math.max(1, Math.floor(middle / reduceFirst));
  return unit(name, bottleneck, { ...common, width: [first, middle], cardinality, strideAt: style.strideAt(options) });
}

function refuseGroups({ cardinality, baseWidth }: ResNetOptions): void {
  if (cardinality === 1 && baseWidth === 64) return;
  throw new SenetError('ConfigInvalid', 'basic units have no groups', {
    path: cardinality === 1 ? 'backbone.baseWidth' : 'backbone.cardinality',
    expected: 'cardinality 1 and baseWidth 64, or unit bottleneck',
  });
}
