import type { Initializer } from './initializer.js';
import type { Node } from './node.js';
import type { ActivationName } from './ops/elementwise.js';
import type { ForeignAttributes } from './ops/foreign.js';
import type { OpAttributes, OpName } from './ops/index.js';
import type { PoolAttributes, ReduceAttributes } from './ops/pool.js';
import type { Role } from './parameter.js';
import type { Padding, Pair, Shape } from './shape.js';

/** What every builder method takes beside an op's own options. */
export interface Naming {
  /** Name within the current scope; by default the op's name, numbered where it is taken. `''` names the scope itself. */
  readonly name?: string;
  /** Initializers by role, in place of the op's own. */
  readonly initializers?: Readonly<Partial<Record<Role, Initializer>>>;
  /** Use the parameters of that node instead of making new ones. */
  readonly share?: Node;
}

export interface Conv2dOptions extends Naming {
  readonly filters: number;
  readonly kernel: number | Pair;
  readonly strides?: number | Pair;
  readonly dilation?: number | Pair;
  readonly padding?: Padding;
  readonly groups?: number;
  readonly bias?: boolean;
}

export interface DepthwiseConv2dOptions extends Naming {
  readonly kernel: number | Pair;
  readonly strides?: number | Pair;
  readonly dilation?: number | Pair;
  readonly padding?: Padding;
  readonly multiplier?: number;
  readonly bias?: boolean;
}

export interface PoolOptions extends Naming {
  readonly size: number | Pair;
  readonly strides?: number | Pair;
  readonly padding?: Padding;
  readonly ceil?: boolean;
  readonly countPadding?: boolean;
}

export interface BatchNormalizationOptions extends Naming {
  readonly epsilon?: number;
  readonly momentum?: number;
  readonly scale?: boolean;
  readonly center?: boolean;
}
/** A method for each op that networks are built of, with the defaults that people expect; all of them end in `node`. */
export abstract class OpBuilder {
  /** Any op, with all of its attributes. */
  abstract node<Op extends OpName>(
    op: Op,
    inputs: readonly Node[],
    attributes: OpAttributes[Op],
    naming?: Naming,
  ): Node;

  input(shape: Shape, name = 'input'): Node {
    return this.node('input', [], { shape }, { name });
  }

  conv2d(
    x: Node,
    {
      filters,
      kernel,
      strides = 1,
      dilation = 1,
      padding = 'valid',
      groups = 1,
      bias = true,
      ...naming
    }: Conv2dOptions,
  ): Node {
    const window = { kernel: pair(kernel), strides: pair(strides), dilation: pair(dilation), padding };
    return this.node('conv2d', [x], { filters, ...window, groups, bias }, naming);
  }

  depthwiseConv2d(
    x: Node,
    {
      kernel,
      strides = 1,
      dilation = 1,
      padding = 'valid',
      multiplier = 1,
      bias = true,
      ...naming
    }: DepthwiseConv2dOptions,
  ): Node {
    const window = { kernel: pair(kernel), strides: pair(strides), dilation: pair(dilation), padding };
    return this.node('depthwiseConv2d', [x], { ...window, multiplier, bias }, naming);
  }

  conv1d(
    x: Node,
    {
      filters,
      kernel,
      padding = 'same',
      bias = true,
      ...naming
    }: Naming & {
      filters: number;
      kernel: number;
      padding?: 'valid' | 'same';
      bias?: boolean;
    },
  ): Node {
    return this.node('conv1d', [x], { filters, kernel, padding, bias }, naming);
  }

  dense(x: Node, { units, bias = true, ...naming }: Naming & { units: number; bias?: boolean }): Node {
    return this.node('dense', [x], { units, bias }, naming);
  }

  batchNormalization(
    x: Node,
    { epsilon = 1e-5, momentum = 0.9, scale = true, center = true, ...naming }: BatchNormalizationOptions = {},
  ): Node {
    return this.node('batchNormalization', [x], { epsilon, momentum, scale, center }, naming);
  }

  /** `linear` adds no node. */
  activation(x: Node, activation: ActivationName, naming: Naming = {}): Node {
    return activation === 'linear' ? x : this.node('activation', [x], { activation }, naming);
  }

  relu(x: Node, naming: Naming = {}): Node {
    return this.activation(x, 'relu', naming);
  }

  sigmoid(x: Node, naming: Naming = {}): Node {
    return this.activation(x, 'sigmoid', naming);
  }

  softmax(x: Node, naming: Naming = {}): Node {
    return this.node('softmax', [x], {}, naming);
  }

  /** scale · x + offset */
  affine(x: Node, { scale = 1, offset = 0, ...naming }: Naming & { scale?: number; offset?: number }): Node {
    return this.node('affine', [x], { scale, offset }, naming);
  }

  add(inputs: readonly Node[], naming: Naming = {}): Node {
    return this.node('add', inputs, {}, naming);
  }

  /** A gate `[1, 1, c]` broadcasts over a map `[h, w, c]`. */
  multiply(inputs: readonly Node[], naming: Naming = {}): Node {
    return this.node('multiply', inputs, {}, naming);
  }

  maximum(inputs: readonly Node[], naming: Naming = {}): Node {
    return this.node('maximum', inputs, {}, naming);
  }

  average(inputs: readonly Node[], naming: Naming = {}): Node {
    return this.node('average', inputs, {}, naming);
  }

  maxPool(x: Node, options: Omit<PoolOptions, 'countPadding'>): Node {
    return this.pool(x, 'max', options);
  }

  averagePool(x: Node, options: PoolOptions): Node {
    return this.pool(x, 'average', options);
  }

  /** Over space with the axes kept by default: `[h, w, c]` → `[1, 1, c]`. */
  reduce(
    x: Node,
    { kind = 'mean', over = 'space', keepDims = true, ...naming }: Naming & Partial<ReduceAttributes> = {},
  ): Node {
    return this.node('reduce', [x], { kind, over, keepDims }, naming);
  }

  /** Zeros around a map: `[top, bottom, left, right]`. */
  pad(x: Node, padding: readonly [number, number, number, number], naming: Naming = {}): Node {
    return this.node('pad', [x], { padding }, naming);
  }

  concatenate(inputs: readonly Node[], naming: Naming = {}): Node {
    return this.node('concatenate', inputs, {}, naming);
  }

  reshape(x: Node, shape: readonly number[], naming: Naming = {}): Node {
    return this.node('reshape', [x], { shape }, naming);
  }

  dropout(x: Node, rate: number, naming: Naming = {}): Node {
    return rate === 0 ? x : this.node('dropout', [x], { rate }, naming);
  }

  /** Stochastic depth; no node at rate 0. */
  dropPath(x: Node, rate: number, naming: Naming = {}): Node {
    return rate === 0 ? x : this.node('dropPath', [x], { rate }, naming);
  }

  /** No node at rate 0. */
  dropBlock(
    x: Node,
    { rate, size = 7, gammaScale = 1, ...naming }: Naming & { rate: number; size?: number; gammaScale?: number },
  ): Node {
    return rate === 0 ? x : this.node('dropBlock', [x], { rate, size, gammaScale }, naming);
  }

  foreign(inputs: readonly Node[], { name, initializers, share, ...attributes }: Naming & ForeignAttributes): Node {
    return this.node('foreign', inputs, attributes, { name, initializers, share });
  }

  private pool(
    x: Node,
    kind: PoolAttributes['kind'],
    { size, strides = size, padding = 'valid', ceil = false, countPadding = false, ...naming }: PoolOptions,
  ): Node {
    return this.node(
      'pool',
      [x],
      { kind, size: pair(size), strides: pair(strides), padding, ceil, countPadding },
      naming,
    );
  }
}

function pair(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value;
}
