import type { Assembly } from '@senet/core/graph';
import { type MobileLayer, type MobileUnit, mobileLayers } from './mobile-layer.js';

/** Our layer's name → torchvision's. ResNets and Inception have the same; what torchvision does not have keeps its own. */
export function torchvisionLayers(assembly: Assembly): (layer: string) => string {
  const { family } = assembly.identity;
  if (family === 'regnet') return regnetLayer;
  const unitName = UNITS[family];
  if (!unitName) return (layer) => layer;
  const describe = mobileLayers(assembly);
  const last = lastNumber(assembly);
  return (layer) => {
    const described = describe(layer);
    const { unit, part, norm } = described;
    if (part === 'stem') return `features.0.${Number(norm)}`;
    if (part === 'last') return `features.${last}.${Number(norm)}`;
    if (part === 'neck') return 'classifier.0';
    if (part === 'classifier') return family === 'mobilenetv3' ? 'classifier.3' : 'classifier.1';
    return (unit && unitName(unit, described)) ?? layer;
  };
}

type UnitLayer = (unit: MobileUnit, layer: MobileLayer) => string | undefined;

const UNITS: Readonly<Record<string, UnitLayer>> = {
  mobilenetv2: plainUnit,
  mobilenetv3: (unit, layer) => blockUnit(`features.${unit.index + 1}`, unit, layer),
  efficientnet: (unit, layer) => blockUnit(`features.${unit.stage + 1}.${unit.block}`, unit, layer),
};

/** `features.2.conv.0.0` expansion, `.1.0` depthwise, `.2` projection, `.3` its normalization. */
function plainUnit({ index, expands }: MobileUnit, { part, norm }: MobileLayer): string | undefined {
  const at = (place: string | number) => `features.${index + 1}.conv.${place}`;
  const first = Number(expands);
  if (part === 'expand') return at(`0.${Number(norm)}`);
  if (part === 'depthwise') return at(`${first}.${Number(norm)}`);
  return part === 'project' ? at(first + 1 + Number(norm)) : undefined;
}

/** `….block.0.0` expansion, `.1.0` depthwise, `.2.fc1` squeeze, `.3.0` projection. */
function blockUnit(prefix: string, { expands, squeezes }: MobileUnit, { part, norm }: MobileLayer): string | undefined {
  const at = (place: number, end: string | number = Number(norm)) => `${prefix}.block.${place}.${end}`;
  const first = Number(expands);
  if (part === 'expand') return at(0);
  if (part === 'depthwise') return at(first);
  if (part === 'squeeze') return at(first + 1, 'fc1');
  if (part === 'excite') return at(first + 1, 'fc2');
  return part === 'project' ? at(first + 1 + Number(squeezes)) : undefined;
}

/** The features' number after the units: in EfficientNet stages are counted, elsewhere units. */
function lastNumber({ identity, units }: Assembly): number {
  const blocks = units.filter(({ type }) => type === 'inverted-residual');
  const counted = identity.family === 'efficientnet' ? new Set(blocks.map(({ stage }) => stage)).size : blocks.length;
  return counted + 1;
}

const REGNET_PARTS: Readonly<Record<string, string>> = {
  conv1: 'f.a',
  conv2: 'f.b',
  conv3: 'f.c',
  downsample: 'proj',
};

/** `s2.b3.conv1.bn` is `trunk_output.block2.block2-2.f.a.1`. */
function regnetLayer(layer: string): string {
  if (layer === 'head.fc') return 'fc';
  const [, stage, block, part, end] = /^(?:s(\d+)\.b(\d+)\.)?([^.]+)\.([^.]+)$/.exec(layer) ?? [];
  const place = end === 'conv' ? 0 : end === 'bn' ? 1 : undefined;
  if (stage === undefined) return part === 'stem' && place !== undefined ? `stem.${place}` : layer;
  const unit = `trunk_output.block${stage}.block${stage}-${Number(block) - 1}`;
  if (part === 'se') return `${unit}.f.se.${end}`;
  const name = REGNET_PARTS[part!];
  return name === undefined || place === undefined ? layer : `${unit}.${name}.${place}`;
}
