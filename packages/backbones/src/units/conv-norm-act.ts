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
}

export interface ConvNormAct {
  readonly conv: Node;
  /** After the normalization, before the activation. */
  readonly norm: Node;
  readonly output: Node;
}

/** Convolution, batch normalization, activation: the brick of every family. */
export function convNormAct(
  g: GraphBuilder,
  x: Node,
  { names, padding = 'symmetric', epsilon, activation = 'linear', gamma, bias = false, ...options }: ConvNormActOptions,
): ConvNormAct {
  const pad = padding === 'symmetric' ? symmetric(options.kernel) : padding;
  const conv = g.conv2d(x, { ...options, bias, padding: pad, name: names.conv });
  const norm = names.norm === undefined ? conv : normalize(g, conv, names.norm, epsilon, gamma);
  return { conv, norm, output: g.activation(norm, activation, { name: names.act }) };
}

export function normalize(g: GraphBuilder, x: Node, name: string, epsilon?: number, gamma?: Initializer): Node {
  return g.batchNormalization(x, { epsilon, name, ...(gamma && { initializers: { gamma } }) });
}

/** ⌊k/2⌋ zeros on each side: the size stays at stride 1 for odd kernels. */
export function symmetric(kernel: number | Pair): Padding {
  const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  const [vertical, horizontal] = [Math.floor(height / 2), Math.floor(width / 2)];
  return vertical === 0 && horizontal === 0 ? 'valid' : [vertical, vertical, horizontal, horizontal];
}
