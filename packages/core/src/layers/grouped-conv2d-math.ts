import * as tf from '@tensorflow/tfjs';
import { SenetError } from '../errors.js';

export type ConvPadding = 'valid' | 'same';

/** Height and width. */
export type Pair = readonly [number, number];

/** Cuts a kernel `[kh, kw, cin/groups, cout]` into one kernel `[kh, kw, cin/groups, cout/groups]` per group. */
export type KernelSplitter = (kernel: tf.Tensor4D, groups: number) => readonly tf.Tensor4D[];

export interface GroupedConv2dOptions {
  /** Divides the input channels and the output channels. */
  groups: number;
  /** Default `[1, 1]`. */
  strides?: Pair;
  /** Default `'valid'`; `'same'` pads as TensorFlow does, the odd zero at the end. */
  padding?: ConvPadding;
  /** Default `[1, 1]`; anything else needs strides of 1. */
  dilationRate?: Pair;
  /** `[cout]`. */
  bias?: tf.Tensor1D;
  /** Default: slices anew at each call. Who calls often with one kernel can keep the slices. */
  splitKernel?: KernelSplitter;
}

type Geometry = Required<Pick<GroupedConv2dOptions, 'groups' | 'strides' | 'padding' | 'splitKernel'>> &
  Pick<GroupedConv2dOptions, 'bias'>;

/**
 * Grouped 2D convolution: output channel `o` sees only the `cin/groups` input channels of its own group, as in
 * Keras' `Conv2D(groups)` and torch's `Conv2d(groups)`. `tf.conv2d` has no groups, and the `groups` of
 * `tf.layers.conv2d` is ignored without a word.
 *
 * Differentiable in `x`, `kernel` and `bias` wherever the backend has the gradients of `tf.conv2d` and
 * `tf.depthwiseConv2d`; unlike theirs, also under dilation.
 *
 * @param x `[n, h, w, cin]`
 * @param kernel `[kh, kw, cin/groups, cout]`, the layout of Keras; group `g` makes the outputs from `g * cout/groups` on
 * @returns `[n, h', w', cout]`
 * @throws SenetError `ShapeMismatch` where channels, groups and kernel disagree or the kernel is larger than the map,
 * `ConfigInvalid` for strides together with dilation
 *
 * @example
 * ```ts
 * // the 3×3 of a ResNeXt bottleneck: 128 channels in 32 groups of 4
 * const y = groupedConv2d(x, kernel, { groups: 32, padding: 'same' });
 * ```
 */
export function groupedConv2d(x: tf.Tensor4D, kernel: tf.Tensor4D, options: GroupedConv2dOptions): tf.Tensor4D {
  const { strides = [1, 1], padding = 'valid', dilationRate = [1, 1], groups, bias, splitKernel = slices } = options;
  checkChannels(x, kernel, groups);
  checkStrides(strides, dilationRate, 'groupedConv2d');
  for (const axis of [0, 1] as const)
    outputLength(x.shape[axis + 1]!, kernel.shape[axis]!, strides[axis], dilationRate[axis], padding);

  const geometry: Geometry = { groups, strides, padding, bias, splitKernel };
  return tf.tidy(() =>
    Math.max(...dilationRate) > 1
      ? overPhases(x, kernel, dilationRate, geometry)
      : METHODS[groupedConv2dMethod(kernel.shape[2], groups, strides)](x, kernel, geometry),
  );
}

/** How a grouped convolution is composed of the ops that TensorFlow.js has; all are exact. */
export type GroupedConv2dMethod = 'dense' | 'depthwise' | 'interleaved' | 'split';

/**
 * From this many input channels a group, convolutions of their own outrun the interleaved one on wasm: by 1.4× at
 * stride 1 (0.9× at stride 2), at 128 by 1.5× (1.05×), at 64 not yet (1.05×, 0.7×). EPYC Zen 5, Node 20, tfjs 4.22.
 */
const WIDE = 96;

/**
 * The fastest way to run a grouped convolution.
 *
 * | | wasm and others | cpu | tensorflow (tfjs-node) |
 * |---|---|---|---|
 * | one group | dense | dense | dense |
 * | one input channel a group | depthwise | depthwise | depthwise where the strides are equal, else split |
 * | fewer than 96 | interleaved | interleaved | split: libtensorflow wants equal strides |
 * | 96 and more | split | interleaved | split |
 *
 * @param width input channels of one group
 * @param backend name of the tfjs backend, by default the current one
 */
export function groupedConv2dMethod(
  width: number,
  groups: number,
  [strideHeight, strideWidth]: Pair = [1, 1],
  backend: string = tf.getBackend(),
): GroupedConv2dMethod {
  if (groups === 1) return 'dense';
  if (backend === 'tensorflow') return width === 1 && strideHeight === strideWidth ? 'depthwise' : 'split';
  if (width === 1) return 'depthwise';
  return width < WIDE || backend === 'cpu' ? 'interleaved' : 'split';
}

type Zeros = ConvPadding | tf.backend_util.ExplicitPadding;
type Method = (x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry) => tf.Tensor4D;

const METHODS: Record<GroupedConv2dMethod, Method> = { dense, depthwise, interleaved, split };

function dense(x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const { strides, bias } = geometry;
  return tf.fused.conv2d({ x, filter: kernel, strides: [...strides], pad: zeros(x, kernel, geometry), bias });
}

function depthwise(x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const { groups, strides, bias } = geometry;
  const [kh, kw, , cout] = kernel.shape;
  const filter = tf.reshape<tf.Rank.R4>(kernel, [kh, kw, groups, cout / groups]);
  const pad = zeros(x, kernel, geometry) as ConvPadding; // the op takes explicit zeros, its type does not say so
  return tf.fused.depthwiseConv2d({ x, filter, strides: [...strides], pad, bias });
}

/**
 * One depthwise convolution sums over space; so the channels of a group are laid side by side in space. With
 * `x` as `[n, h, w * width, groups]` a kernel `width` times as wide, moved `width` times as far, is the grouped
 * convolution, no product wasted. The kernel's own layout is the right one already: it is reshaped, never copied,
 * and so stays packed in the wasm backend from call to call.
 */
function interleaved(x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const { groups, strides, bias } = geometry;
  const [n, h, w] = x.shape;
  const [kh, kw, width, cout] = kernel.shape;
  const columns = tf.transpose(tf.reshape(x, [n * h * w, groups, width]), [0, 2, 1]);
  return tf.fused.depthwiseConv2d({
    x: tf.reshape<tf.Rank.R4>(columns, [n, h, w * width, groups]),
    filter: tf.reshape<tf.Rank.R4>(kernel, [kh, kw * width, groups, cout / groups]),
    strides: [strides[0], strides[1] * width],
    pad: zeros(x, kernel, geometry, width) as ConvPadding,
    bias,
  });
}

function split(x: tf.Tensor4D, kernel: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const { groups, strides, bias, splitKernel } = geometry;
  const pad = zeros(x, kernel, geometry);
  const kernels = splitKernel(kernel, groups);
  const parts = tf.split<tf.Tensor4D>(x, groups, 3).map((part, g) => tf.conv2d(part, kernels[g]!, [...strides], pad));
  const y = tf.concat(parts, 3);
  return bias ? tf.add(y, bias) : y;
}

function slices(kernel: tf.Tensor4D, groups: number): tf.Tensor4D[] {
  return tf.split<tf.Tensor4D>(kernel, groups, 3);
}

/**
 * A dilated convolution is an undilated one on every phase of the map (à trous): tfjs has no gradient for
 * dilation, and the interleaved kernel could not be dilated evenly.
 */
function overPhases(x: tf.Tensor4D, kernel: tf.Tensor4D, dilationRate: Pair, geometry: Geometry): tf.Tensor4D {
  const extra: [number, number][] = [];
  const paddings = ([0, 1] as const).map((axis) => {
    const [size, d] = [x.shape[axis + 1]!, dilationRate[axis]];
    const [before, after] = axisPadding(size, kernel.shape[axis]!, 1, d, geometry.padding);
    const short = (d - ((before + size + after) % d)) % d;
    extra.push([0, short]);
    return [before, after + short];
  });
  const phases = tf.spaceToBatchND(x, [...dilationRate], paddings);
  const y = groupedConv2d(phases, kernel, { ...geometry, padding: 'valid' });
  return tf.batchToSpaceND(y, [...dilationRate], extra);
}

/**
 * The padding as explicit zeros. On wasm the word 'same' reads the wrong pixels where a stride exceeds the kernel
 * (tensorflow/tfjs#6629); tfjs-node for its part knows nothing but the word.
 *
 * @param columns how many columns of the convolution one column of `x` has become
 */
function zeros(x: tf.Tensor4D, kernel: tf.Tensor4D, { strides, padding }: Geometry, columns = 1): Zeros {
  if (padding === 'valid' || tf.getBackend() === 'tensorflow') return padding;
  const [left, right] = axisPadding(x.shape[2], kernel.shape[1], strides[1], 1, padding);
  return [
    [0, 0],
    axisPadding(x.shape[1], kernel.shape[0], strides[0], 1, padding),
    [left * columns, right * columns],
    [0, 0],
  ];
}

/** Zeros before and after an axis. */
function axisPadding(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: ConvPadding,
): [number, number] {
  if (padding === 'valid') return [0, 0];
  const reach = (kernel - 1) * dilation + 1;
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

/**
 * Length of an axis after a convolution; `null` where it is not known.
 *
 * @throws SenetError `ShapeMismatch` where the dilated kernel does not fit into the map
 */
export function outputLength(
  size: number | null,
  kernel: number,
  stride: number,
  dilation: number,
  padding: ConvPadding,
): number | null {
  if (size === null) return null;
  if (padding === 'same') return Math.ceil(size / stride);
  const reach = (kernel - 1) * dilation + 1;
  if (size >= reach) return Math.floor((size - reach) / stride) + 1;
  throw new SenetError('ShapeMismatch', `a map of ${size} is smaller than the kernel`, {
    expected: `at least ${reach}, or padding 'same'`,
  });
}

/** @throws SenetError `ConfigInvalid` for strides together with dilation, which Keras and TensorFlow.js refuse too */
export function checkStrides(strides: Pair, dilationRate: Pair, path: string): void {
  if (Math.max(...strides) === 1 || Math.max(...dilationRate) === 1) return;
  throw new SenetError(
    'ConfigInvalid',
    `strides [${strides}] and dilation rates [${dilationRate}] exclude each other`,
    {
      path,
      expected: 'one of the two to be 1',
    },
  );
}

function checkChannels(x: tf.Tensor4D, kernel: tf.Tensor4D, groups: number): void {
  const [cin, width, cout] = [x.shape[3], kernel.shape[2], kernel.shape[3]];
  if (width * groups === cin && cout % groups === 0) return;
  throw new SenetError('ShapeMismatch', `a kernel [${kernel.shape}] does not fit ${cin} channels in ${groups} groups`, {
    path: 'groupedConv2d',
    expected: 'groups that divide both channel counts, and a kernel [kh, kw, cin / groups, cout]',
  });
}
