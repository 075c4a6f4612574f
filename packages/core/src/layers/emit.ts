import * as tf from '@tensorflow/tfjs';
import { SenetError } from '../errors.js';
import type { AnyNode, Node } from '../graph/node.js';
import type { ActivationName } from '../graph/ops/elementwise.js';
import type { OpName } from '../graph/ops/index.js';
import { channelsOf, type Pair, type Window } from '../graph/shape.js';
import { DropLayer } from './drop-layer.js';
import type { Emitter } from './emitter.js';
import { GroupedConv2D } from './grouped-conv2d.js';
import { isNonNegative } from './non-negative.js';
import { type CustomOp, OpLayer } from './op-layer.js';
import { fullPadding, sameIsWrong, stockPadding } from './padding.js';
import { STOCK_ACTIVATIONS } from './run-activation.js';

type Value = tf.SymbolicTensor;
type Emit<Op extends OpName> = (node: Node<Op>, inputs: Value[], emitter: Emitter) => Value;

/** Op → tf.layers: a new op does not compile until it stands here. */
export const EMIT: { readonly [Op in OpName]: Emit<Op> } = {
  input: ({ name }) => {
    throw new SenetError('UnmappedOp', 'an input is given, not emitted', { path: name });
  },
  conv2d(node, [x], emitter) {
    const { filters, groups, bias, activation = 'linear', ...window } = node.attributes;
    const { input, padding } = padded(emitter, node, x!, window);
    const options = { filters, padding, useBias: bias, ...windowOptions(window) };
    return emitter.apply(node, [input], (name) =>
      groups === 1
        ? tf.layers.conv2d({ ...options, activation: stockActivation(activation), name })
        : new GroupedConv2D({ ...options, groups, name }),
    );
  },
  depthwiseConv2d(node, [x], emitter) {
    const { multiplier, bias, activation = 'linear', ...window } = node.attributes;
    const { input, padding } = padded(emitter, node, x!, window);
    const options = { padding, useBias: bias, ...windowOptions(window) };
    // tf.layers.depthwiseConv2d ignores its dilationRate; one group for each channel has the same values in the same order
    const groups = Math.max(...window.dilation) > 1 ? channelsOf(emitter.inputOf(node)) : 0;
    return emitter.apply(node, [input], (name) =>
      groups > 0
        ? new GroupedConv2D({ ...options, filters: groups * multiplier, groups, name })
        : tf.layers.depthwiseConv2d({
            depthMultiplier: multiplier,
            activation: stockActivation(activation),
            ...options,
            name,
          }),
    );
  },
  conv1d: (node, xs, emitter) =>
    emitter.apply(node, xs, (name) => {
      const { filters, kernel, padding, bias } = node.attributes;
      return tf.layers.conv1d({ filters, kernelSize: kernel, padding, useBias: bias, name });
    }),
  dense: (node, xs, emitter) =>
    emitter.apply(node, xs, (name) =>
      tf.layers.dense({ units: node.attributes.units, useBias: node.attributes.bias, name }),
    ),
  batchNormalization: (node, xs, emitter) =>
    emitter.apply(node, xs, (name) =>
      completeForTraining(tf.layers.batchNormalization({ ...node.attributes, name }), node),
    ),
  activation(node, xs, emitter) {
    const stock = STOCK_ACTIVATIONS[node.attributes.activation];
    if (stock === undefined) return custom(node, xs, emitter);
    return emitter.apply(node, xs, (name) => tf.layers.activation({ activation: stock as 'relu', name }));
  },
  softmax: (node, xs, emitter) =>
    emitter.apply(node, xs, (name) => tf.layers.activation({ activation: 'softmax', name })),
  affine: (node, xs, emitter) => custom(node, xs, emitter),
  add: (node, xs, emitter) => emitter.apply(node, xs, (name) => tf.layers.add({ name })),
  multiply: (node, xs, emitter) => emitter.apply(node, xs, (name) => tf.layers.multiply({ name })),
  maximum: (node, xs, emitter) => emitter.apply(node, xs, (name) => tf.layers.maximum({ name })),
  average: (node, xs, emitter) => emitter.apply(node, xs, (name) => tf.layers.average({ name })),
  gateAddRelu: (node, xs, emitter) => custom(node, xs, emitter),
  pool(node, [x], emitter) {
    const { kind, size, strides, countPadding } = node.attributes;
    const padding = poolPadding(node, emitter);
    if (padding === 'custom') return custom(node, [x!], emitter);
    const input = padding === 'explicit' ? zerosAround(emitter, node, x!, poolWindow(node)) : x!;
    const options = {
      poolSize: [...size] as [number, number],
      strides: [...strides] as [number, number],
      padding: padding === 'same' ? 'same' : 'valid',
    } as const;
    if (kind === 'max') return emitter.apply(node, [input], (name) => tf.layers.maxPooling2d({ ...options, name }));
    if (countPadding && padding === 'same') return custom(node, [x!], emitter);
    return emitter.apply(node, [input], (name) => tf.layers.averagePooling2d({ ...options, name }));
  },
  reduce(node, [x], emitter) {
    const { kind, over, keepDims } = node.attributes;
    if (over === 'channels' || kind === 'sum') return custom(node, [x!], emitter);
    const global = (name: string) =>
      kind === 'mean' ? tf.layers.globalAveragePooling2d({ name }) : tf.layers.globalMaxPooling2d({ name });
    if (!keepDims) return emitter.apply(node, [x!], global);
    const flat = emitter.helper(node, 'flat', [x!], global);
    return emitter.apply(node, [flat], (name) => tf.layers.reshape({ targetShape: [...node.shape], name }));
  },
  pad(node, xs, emitter) {
    const [top, bottom, left, right] = node.attributes.padding;
    return emitter.apply(node, xs, (name) =>
      tf.layers.zeroPadding2d({
        padding: [
          [top, bottom],
          [left, right],
        ],
        name,
      }),
    );
  },
  concatenate(node, xs, emitter) {
    if (xs.length === 1) return emitter.apply(node, xs, (name) => tf.layers.activation({ activation: 'linear', name }));
    return emitter.apply(node, xs, (name) => tf.layers.concatenate({ axis: -1, name }));
  },
  reshape: (node, xs, emitter) =>
    emitter.apply(node, xs, (name) => tf.layers.reshape({ targetShape: [...node.attributes.shape], name })),
  dropout: (node, xs, emitter) =>
    emitter.apply(node, xs, (name) => tf.layers.dropout({ rate: node.attributes.rate, name })),
  dropPath: (node, xs, emitter) =>
    emitter.apply(node, xs, (name) => new DropLayer({ op: 'dropPath', attributes: node.attributes, name })),
  dropBlock: (node, xs, emitter) =>
    emitter.apply(node, xs, (name) => new DropLayer({ op: 'dropBlock', attributes: node.attributes, name })),
  foreign(node, xs, emitter) {
    const make = node.attributes.targets.layers as ((name: string) => tf.layers.Layer) | undefined;
    if (make) return emitter.apply(node, xs, make);
    throw new SenetError('UnmappedOp', `'${node.attributes.className}' has no mapping to tf.layers`, {
      path: node.name,
      expected: 'targets.layers: (name) => tf.layers.Layer',
    });
  },
};

function custom<Op extends CustomOp>(node: Node<Op>, inputs: Value[], emitter: Emitter): Value {
  return emitter.apply(node, inputs, (name) => new OpLayer({ op: node.op, attributes: node.attributes, name }));
}

/** Fused activations are always ones that tf.layers has. */
function stockActivation(activation: ActivationName): 'relu' {
  return STOCK_ACTIVATIONS[activation] as 'relu';
}

function windowOptions({ kernel, strides, dilation = [1, 1] }: Window) {
  return {
    kernelSize: [...kernel] as [number, number],
    strides: [...strides] as [number, number],
    dilationRate: [...dilation] as [number, number],
  };
}

/** Zeros in a layer of their own where TensorFlow.js has no such padding. */
function padded(emitter: Emitter, node: Node, x: Value, window: Window): { input: Value; padding: 'valid' | 'same' } {
  const size = mapSize(emitter.inputOf(node));
  const padding = stockPadding(window, size);
  if (padding === 'same' && sameIsWrong(window, size)) {
    throw new SenetError('UnmappedOp', "TensorFlow.js has no right 'same' for a stride above the kernel", {
      path: node.name,
      expected: 'an input of known height and width',
    });
  }
  if (padding !== 'explicit') return { input: x, padding };
  return { input: zerosAround(emitter, node, x, window), padding: 'valid' };
}

function zerosAround(emitter: Emitter, node: Node, x: Value, window: Window): Value {
  const [height, width] = mapSize(emitter.inputOf(node));
  const known = height !== null && width !== null;
  const around = known
    ? fullPadding(window, [height, width])
    : (window.padding as readonly [number, number, number, number]);
  const [top, bottom, left, right] = around;
  return emitter.helper(node, 'pad', [x], (name) =>
    tf.layers.zeroPadding2d({
      padding: [
        [top, bottom],
        [left, right],
      ],
      name,
    }),
  );
}

/**
 * TensorFlow.js reads gamma and beta while it trains even where the layer has none (its normalization.js), and fails.
 * What it then reads is nobody's weight, and is not saved.
 */
function completeForTraining(layer: tf.layers.Layer, node: Node<'batchNormalization'>): tf.layers.Layer {
  const { scale, center } = node.attributes;
  const channels = channelsOf(node);
  if (!scale) Object.assign(layer, { gamma: { read: () => tf.ones([channels]) } });
  if (!center) Object.assign(layer, { beta: { read: () => tf.zeros([channels]) } });
  return layer;
}

function poolWindow({ attributes: { size, strides, padding, ceil } }: Node<'pool'>): Window {
  return { kernel: size, strides, padding, ceil };
}

/** Which padding a pool gets, or `custom` where neither a stock one nor zeros around the map are right. */
function poolPadding(node: Node<'pool'>, emitter: Emitter): 'valid' | 'same' | 'explicit' | 'custom' {
  const source = emitter.inputOf(node);
  const window = poolWindow(node);
  const padding = stockPadding(window, mapSize(source));
  const { kind, countPadding, ceil } = node.attributes;
  if (padding === 'valid' || (padding === 'same' && !countPadding)) return padding;
  if (typeof window.padding === 'string' || (ceil && !reachesNowhere(window, mapSize(source)))) return 'custom';
  if (kind === 'average') return countPadding ? 'explicit' : 'custom';
  return isNonNegative(source, (name) => emitter.node(name)) ? 'explicit' : 'custom';
}

/** Rounding up changes nothing: the windows end where the stated padding does. */
function reachesNowhere(window: Window, [height, width]: ReturnType<typeof mapSize>): boolean {
  if (height === null || width === null || typeof window.padding === 'string') return false;
  return fullPadding(window, [height, width] as Pair).every(
    (amount, side) => amount === (window.padding as readonly number[])[side],
  );
}

function mapSize({ shape }: AnyNode): [number | null, number | null] {
  return [shape[0] ?? null, shape[1] ?? null];
}
