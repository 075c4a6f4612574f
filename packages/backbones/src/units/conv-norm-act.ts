import {
  type ActivationName,
  type Conv2dOptions,
  type GraphBuilder,
  type Initializer,
  type Node,
  type Padding,
  type Pair,
} from '@senet/core/graph';

export interface ConvNormActOptions extends Omit<Conv2dOptions, 'name' | 'padding' | 'initializers'> {
  /** Names of the three nodes; without a norm's name there is none. */
  readonly names: { readonly conv: string; readonly norm?: string; readonly act?: string };
  /** `symmetric`: ⌊k/2⌋ zeros on each side, as PyTorch pads; or any padding of a convolution. */
  readonly padding?: Padding | 'symmetric';
  readonly epsilon?: number;
  readonly activation?: ActivationName;
  /** Start of the norm's gamma: 1 by default. */
  readonly gamma?: Initializer;
  /** The norm has a gamma, by default. */
  readonly scale?: boolean;
  /** DropBlock between normalization and activation, under the name `drop_block`. */
  readonly dropBlock?: { readonly rate: number; readonly size?: number; readonly gammaScale?: number };
}

export interface ConvNormAct {
  readonly conv: Node;
  /** After the normalization, before the activation. */
  readonly norm: Node;
  /** What reads the normalization inside the brick: the activation, or DropBlock; `undefined` where nothing follows. */
  readonly normReader: Node | undefined;
  readonly output: Node;
}

/** Convolution, batch normalization, activation: the brick of every family. */
export function convNormAct(
  g: GraphBuilder,
  x: Node,
  {
    names,
    padding = 'symmetric',
    epsilon,
    activation = 'linear',
    gamma,
    scale,
    dropBlock,
    bias = false,
    ...options
  }: ConvNormActOptions,
): ConvNormAct {
  const pad = padding === 'symmetric' ? symmetric(options.kernel, options.dilation) : padding;
  const conv = g.conv2d(x, { ...options, bias, padding: pad, name: names.conv });
  const norm = names.norm === undefined ? conv : normalize(g, conv, names.norm, { epsilon, gamma, scale });
  const kept = dropBlock ? g.dropBlock(norm, { ...dropBlock, name: 'drop_block' }) : norm;
  const output = g.activation(kept, activation, { name: names.act });
  return { conv, norm, normReader: [kept, output].find((node) => node !== norm), output };
}

export function normalize(
  g: GraphBuilder,
  x: Node,
  name: string,
  { epsilon, gamma, scale }: Pick<ConvNormActOptions, 'epsilon' | 'gamma' | 'scale'> = {},
): Node {
  return g.batchNormalization(x, { epsilon, scale, name, ...(gamma && { initializers: { gamma } }) });
}

/** dilation · ⌊k/2⌋ zeros on each side: the size stays at stride 1 for odd kernels. */
export function symmetric(kernel: number | Pair, dilation: number | Pair = 1): Padding {
  const [height, width] = pair(kernel);
  const [down, across] = pair(dilation);
  const [vertical, horizontal] = [down * Math.floor(height / 2), across * Math.floor(width / 2)];
  return vertical === 0 && horizontal === 0 ? 'valid' : [vertical, vertical, horizontal, horizontal];
}

function pair(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value;
}
