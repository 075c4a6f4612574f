import type { Assembly, Role } from '@senet/core/graph';
import { type MobileLayer, type MobileUnit, mobileLayers } from './mobile-layer.js';

/** Keras' own words for a layer's weights; in the file they stand in Keras' layouts, which are the graph's. */
export const KERAS_WEIGHTS: Readonly<Partial<Record<Role, string>>> = {
  kernel: 'kernel',
  bias: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  movingMean: 'moving_mean',
  movingVariance: 'moving_variance',
};

/** Our layer's name → the name in keras.applications of 2.15. What Keras does not have keeps its name. */
export type LayerNames = (layer: string) => string;

/** How a mobile network's layers are called there: a name, or the name of a unit's part. */
type MobileNames = (layer: MobileLayer) => string | undefined;

export function kerasLayers(assembly: Assembly): LayerNames {
  const { family } = assembly.identity;
  if (family === 'resnet') return resnetLayer;
  if (family === 'inception') return inceptionLayers(assembly);
  const names = MOBILE[family];
  if (!names) return (layer) => layer;
  const describe = mobileLayers(assembly);
  return (layer) => names(describe(layer)) ?? layer;
}

function resnetLayer(layer: string): string {
  const unit = /^layer(\d+)\.(\d+)\.(.+)$/.exec(layer);
  if (unit) return `conv${Number(unit[1]) + 1}_block${Number(unit[2]) + 1}_${resnetPart(unit[3]!)}`;
  if (layer === 'fc') return 'predictions';
  return /^(conv|bn)1$/.test(layer) ? `conv1_${layer.slice(0, -1)}` : layer;
}

/** The projection of a shortcut is number 0. */
function resnetPart(part: string): string {
  const brick = /^(conv|bn)([123])$/.exec(part);
  if (brick) return `${brick[2]}_${brick[1]}`;
  if (part === 'downsample.0') return '0_conv';
  return part === 'downsample.1' ? '0_bn' : part;
}

/** Layers without names of their own: Keras counts them in the order in which they were made. */
function inceptionLayers({ graph }: Assembly): LayerNames {
  const names = new Map([['fc', 'predictions']]);
  for (const [end, counted] of [
    ['conv', 'conv2d'],
    ['bn', 'batch_normalization'],
  ] as const) {
    const layers = graph.nodes.filter(
      ({ name, op }) => name.endsWith(`.${end}`) && (op === 'conv2d') === (end === 'conv'),
    );
    for (const [i, { name }] of layers.entries()) names.set(name, i === 0 ? counted : `${counted}_${i}`);
  }
  return (layer) => names.get(layer) ?? layer;
}

const MOBILE: Readonly<Record<string, MobileNames>> = {
  mobilenetv1({ unit, part, norm }) {
    const bn = norm ? '_bn' : '';
    if (unit)
      return named(part, { depthwise: `conv_dw_${unit.index + 1}${bn}`, project: `conv_pw_${unit.index + 1}${bn}` });
    return named(part, { stem: `conv1${bn}`, classifier: 'conv_preds' });
  },
  mobilenetv2({ unit, part, norm }) {
    if (unit) {
      const block = unit.index === 0 ? 'expanded_conv' : `block_${unit.index}`;
      return prefixed(block, part, norm ? '_BN' : '', {
        expand: '_expand',
        depthwise: '_depthwise',
        project: '_project',
      });
    }
    return named(part, {
      stem: norm ? 'bn_Conv1' : 'Conv1',
      last: norm ? 'Conv_1_bn' : 'Conv_1',
      classifier: 'predictions',
    });
  },
  mobilenetv3({ unit, part, norm }) {
    const bn = norm ? '/BatchNorm' : '';
    if (unit && part !== 'last') {
      const block = unit.index === 0 ? 'expanded_conv' : `expanded_conv_${unit.index}`;
      return prefixed(block, part, bn, {
        expand: '/expand',
        depthwise: '/depthwise',
        squeeze: '/squeeze_excite/Conv',
        excite: '/squeeze_excite/Conv_1',
        project: '/project',
      });
    }
    return named(part, { stem: `Conv${bn}`, last: `Conv_1${bn}`, neck: 'Conv_2', classifier: 'Logits' });
  },
  efficientnet({ unit, part, norm }) {
    if (unit) {
      return prefixed(blockName(unit), part, '', {
        expand: norm ? '_expand_bn' : '_expand_conv',
        depthwise: norm ? '_bn' : '_dwconv',
        squeeze: '_se_reduce',
        excite: '_se_expand',
        project: norm ? '_project_bn' : '_project_conv',
      });
    }
    const kind = norm ? 'bn' : 'conv';
    return named(part, { stem: `stem_${kind}`, last: `top_${kind}`, classifier: 'predictions' });
  },
};

type Names = Readonly<Record<string, string>>;

function named(part: string, names: Names): string | undefined {
  return Object.hasOwn(names, part) ? names[part] : undefined;
}

function prefixed(block: string, part: string, end: string, names: Names): string | undefined {
  const name = named(part, names);
  return name === undefined ? undefined : `${block}${name}${end}`;
}

/** block1a, block2b … */
function blockName({ stage, block }: MobileUnit): string {
  return `block${stage + 1}${String.fromCharCode('a'.charCodeAt(0) + block)}`;
}
