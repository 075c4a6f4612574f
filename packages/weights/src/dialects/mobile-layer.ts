import type { Assembly } from '@senet/core/graph';

/** A layer of a network of inverted residuals, by what it does there. */
export interface MobileLayer {
  /** The unit it stands in; none for stem, head and classifier. */
  readonly unit?: MobileUnit;
  /**
   * `stem`, `expand`, `depthwise`, `squeeze`, `excite`, `project`, `last` (the 1×1 convolution that ends the features),
   * `neck` (MobileNetV3's layer after pooling), `classifier`; anything else is the network's own name for it.
   */
  readonly part: string;
  /** Its batch normalization. */
  readonly norm: boolean;
}

export interface MobileUnit {
  /** Counted from 0 through all stages, and in its stage. */
  readonly index: number;
  readonly stage: number;
  readonly block: number;
  readonly expands: boolean;
  readonly squeezes: boolean;
}

/** In a unit with an expansion, without one, and alone after the stages. */
const EXPANDING = { conv_pw: 'expand', bn1: 'expand', conv_dw: 'depthwise', bn2: 'depthwise' };
const ENDING = { conv_pwl: 'project', bn3: 'project' };
const SEPARABLE = { conv_dw: 'depthwise', bn1: 'depthwise', conv_pw: 'project', bn2: 'project' };
const SE = { 'se.conv_reduce': 'squeeze', 'se.conv_expand': 'excite' };
const LAST = { conv: 'last', bn1: 'last' };
const OUTSIDE = { conv_stem: 'stem', bn1: 'stem', bn2: 'last', classifier: 'classifier' };

/** The layers of a mobile network (timm's names are the graph's own), by their names. */
export function mobileLayers({ graph, units }: Assembly): (layer: string) => MobileLayer {
  const { parameters } = graph;
  const hasNeck = !parameters.has('bn2.weight');
  const keys = [...parameters.keys()];
  const end = units.find(({ type }) => type === 'conv-bn-act');
  const known = new Map(
    units.map(({ name }, index) => {
      const [, stage, block] = name.split('.').map(Number) as [number, number, number];
      const expands = parameters.has(`${name}.conv_pwl.weight`);
      const squeezes = keys.some((key) => key.startsWith(`${name}.se.`));
      const names = name === end?.name ? LAST : { ...(expands ? { ...EXPANDING, ...ENDING } : SEPARABLE), ...SE };
      return [name, { unit: { index, stage, block, expands, squeezes }, names: new Map(Object.entries(names)) }];
    }),
  );
  const outside = new Map(Object.entries({ ...OUTSIDE, conv_head: hasNeck ? 'neck' : 'last' }));
  return (layer) => {
    const [, name = '', inside = ''] = /^(blocks\.\d+\.\d+)\.(.+)$/.exec(layer) ?? [];
    const place = known.get(name);
    const own = place ? inside : layer;
    const part = (place?.names ?? outside).get(own);
    return { unit: place?.unit, part: part ?? layer, norm: part !== undefined && /^bn\d$/.test(own) };
  };
}
