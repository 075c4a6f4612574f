import type * as tf from '@tensorflow/tfjs';
import type { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import type { Naming } from '../graph/op-builder.js';
import type { ActivationName } from '../graph/ops/elementwise.js';
import type { OpAttributes } from '../graph/ops/index.js';
import { type Pair, type Shape, sizeOf } from '../graph/shape.js';
import type { DropOp } from './drop-layer.js';
import type { CustomOp } from './op-layer.js';
import { STOCK_ACTIVATIONS } from './run-activation.js';

/** What a layer became: the node that holds its parameters, and the one that stands for its output. */
export interface Imported {
  readonly holder: Node;
  readonly output: Node;
}

export interface LayerCall {
  readonly g: GraphBuilder;
  readonly layer: tf.layers.Layer;
  readonly config: tf.serialization.ConfigDict;
  readonly inputs: Node[];
  readonly naming: Naming;
  /** Of the output, without the batch dimension. */
  readonly shape: Shape;
}

/** `undefined` where the layer is set in a way that the op has no attribute for. */
type Convert = (call: LayerCall) => Imported | undefined;

/** Class name of a layer → what it is as a node. What is not here is foreign. */
export const IMPORT: Readonly<Record<string, Convert | undefined>> = {
  Conv2D: (call) => convolution(call, 1),
  SenetGroupedConv2D: (call) => convolution(call, call.config.groups as number),
  DepthwiseConv2D(call) {
    const { g, config, inputs, naming } = call;
    if (!expressible(config)) return undefined;
    const window = windowOf(config);
    const node = g.depthwiseConv2d(inputs[0]!, {
      ...window,
      multiplier: config.depthMultiplier as number,
      bias: config.useBias as boolean,
      ...naming,
    });
    return activated(call, node);
  },
  Conv1D(call) {
    const { g, config, inputs, naming } = call;
    const plain = one(config.strides) && one(config.dilationRate) && expressible(config) && config.padding !== 'causal';
    if (!plain) return undefined;
    const kernel = first(config.kernelSize);
    const padding = config.padding as 'valid' | 'same';
    return activated(
      call,
      g.conv1d(inputs[0]!, {
        filters: config.filters as number,
        kernel,
        padding,
        bias: config.useBias as boolean,
        ...naming,
      }),
    );
  },
  Dense(call) {
    const { g, config, inputs, naming } = call;
    if (inputs[0]!.shape.length !== 1 || !expressible(config)) return undefined;
    return activated(
      call,
      g.dense(inputs[0]!, { units: config.units as number, bias: config.useBias as boolean, ...naming }),
    );
  },
  BatchNormalization({ g, config, inputs, naming }) {
    const axis = config.axis as number;
    if (axis !== -1 && axis !== inputs[0]!.shape.length) return undefined;
    const { epsilon, momentum, scale, center } = config as Record<string, never>;
    return plain(g.batchNormalization(inputs[0]!, { epsilon, momentum, scale, center, ...naming }));
  },
  Activation(call) {
    const { g, config, inputs, naming } = call;
    if (config.activation === 'softmax') return plain(g.softmax(inputs[0]!, naming));
    const name = activationOf(config.activation);
    return name && plain(g.node('activation', [inputs[0]!], { activation: name }, naming));
  },
  ReLU({ g, config, inputs, naming }) {
    if (config.maxValue === undefined || config.maxValue === null) return plain(g.relu(inputs[0]!, naming));
    return config.maxValue === 6 ? plain(g.activation(inputs[0]!, 'relu6', naming)) : undefined;
  },
  Softmax: ({ g, config, inputs, naming }) =>
    [-1, undefined, null].includes(config.axis as number) ? plain(g.softmax(inputs[0]!, naming)) : undefined,
  Dropout: ({ g, config, inputs, naming }) =>
    plain(g.node('dropout', [inputs[0]!], { rate: config.rate as number }, naming)),
  Add: ({ g, inputs, naming }) => merged(inputs, () => g.add(inputs, naming)),
  Multiply: ({ g, inputs, naming }) => merged(inputs, () => g.multiply(inputs, naming)),
  Maximum: ({ g, inputs, naming }) => merged(inputs, () => g.maximum(inputs, naming)),
  Average: ({ g, inputs, naming }) => merged(inputs, () => g.average(inputs, naming)),
  Concatenate({ g, config, inputs, naming }) {
    const axis = config.axis as number;
    return axis === -1 || axis === inputs[0]!.shape.length ? plain(g.concatenate(inputs, naming)) : undefined;
  },
  MaxPooling2D: (call) => pooling(call, 'max'),
  AveragePooling2D: (call) => pooling(call, 'average'),
  GlobalAveragePooling2D: (call) => globalPooling(call, 'mean'),
  GlobalMaxPooling2D: (call) => globalPooling(call, 'max'),
  ZeroPadding2D({ g, config, inputs, naming }) {
    if (!channelsLast(config)) return undefined;
    const [[top, bottom], [left, right]] = config.padding as unknown as [Pair, Pair];
    return plain(g.pad(inputs[0]!, [top, bottom, left, right], naming));
  },
  Flatten: reshaped,
  Reshape: reshaped,
  SenetOp({ g, config, inputs, naming }) {
    const op = config.op as CustomOp;
    return plain(g.node(op, inputs, config.attributes as unknown as OpAttributes[CustomOp], naming));
  },
  SenetDrop({ g, config, inputs, naming }) {
    const op = config.op as DropOp;
    return plain(g.node(op, inputs, config.attributes as unknown as OpAttributes[DropOp], naming));
  },
};

function convolution(call: LayerCall, groups: number): Imported | undefined {
  const { g, config, inputs, naming } = call;
  if (!expressible(config)) return undefined;
  const node = g.conv2d(inputs[0]!, {
    ...windowOf(config),
    filters: config.filters as number,
    groups,
    bias: config.useBias as boolean,
    ...naming,
  });
  return activated(call, node);
}

function pooling({ g, config, inputs, naming }: LayerCall, kind: 'max' | 'average'): Imported | undefined {
  if (!channelsLast(config)) return undefined;
  const options = {
    size: config.poolSize as unknown as Pair,
    strides: config.strides as unknown as Pair,
    padding: config.padding as 'valid' | 'same',
    ...naming,
  };
  return plain(kind === 'max' ? g.maxPool(inputs[0]!, options) : g.averagePool(inputs[0]!, options));
}

function globalPooling({ g, config, inputs, naming }: LayerCall, kind: 'mean' | 'max'): Imported | undefined {
  return channelsLast(config) ? plain(g.reduce(inputs[0]!, { kind, keepDims: false, ...naming })) : undefined;
}

function reshaped({ g, inputs, naming, shape, config }: LayerCall): Imported | undefined {
  if (sizeOf(shape) === null || !channelsLast(config)) return undefined;
  return plain(g.reshape(inputs[0]!, shape as readonly number[], naming));
}

/** Merges broadcast from the left in tf.layers where ranks differ; the ops want equal ranks. */
function merged(inputs: readonly Node[], build: () => Node): Imported | undefined {
  const [{ shape }] = inputs as [Node];
  return inputs.every((input) => input.shape.length === shape.length) ? plain(build()) : undefined;
}

function plain(node: Node): Imported {
  return { holder: node, output: node };
}

/** An activation within a layer becomes a node of its own after it. */
function activated({ g, config, naming }: LayerCall, holder: Node): Imported {
  const { activation } = config;
  const name = `${naming.name}.activation`;
  if (activation === 'softmax') return { holder, output: g.softmax(holder, { name }) };
  return { holder, output: g.activation(holder, activationOf(activation) ?? 'linear', { name }) };
}

function expressible(config: tf.serialization.ConfigDict): boolean {
  const { activation } = config;
  const known = activation === undefined || activation === null || activation === 'softmax' || activationOf(activation);
  return channelsLast(config) && known !== undefined;
}

const ACTIVATION_NAMES = new Map(
  Object.entries(STOCK_ACTIVATIONS).map(([name, stock]) => [stock, name as ActivationName]),
);

function activationOf(stock: unknown): ActivationName | undefined {
  return typeof stock === 'string' ? ACTIVATION_NAMES.get(stock) : undefined;
}

function windowOf(config: tf.serialization.ConfigDict) {
  const pair = (value: unknown): Pair => (typeof value === 'number' ? [value, value] : (value as Pair));
  return {
    kernel: pair(config.kernelSize),
    strides: pair(config.strides),
    dilation: pair(config.dilationRate ?? 1),
    padding: config.padding as 'valid' | 'same',
  };
}

function channelsLast(config: tf.serialization.ConfigDict): boolean {
  return config.dataFormat === undefined || config.dataFormat === null || config.dataFormat === 'channelsLast';
}

function first(value: unknown): number {
  return Array.isArray(value) ? value[0] : (value as number);
}

function one(value: unknown): boolean {
  return value === undefined || value === null || first(value) === 1;
}
