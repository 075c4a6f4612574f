import * as tf from '@tensorflow/tfjs';
import { SenetError, unknownName } from '../errors.js';
import { type ConvPadding, checkStrides, groupedConv2d, outputLength, type Pair } from './grouped-conv2d-math.js';

type LayerArgs = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;
type LayerVariable = tf.layers.Layer['weights'][number];
type Initializer = ReturnType<typeof tf.initializers.ones>;

/** An initializer, its name in `tf.initializers`, or the form it is saved in. */
export type InitializerLike = Initializer | string | { className: string; config: tf.serialization.ConfigDict };

export interface GroupedConv2DArgs extends LayerArgs {
  /** Output channels, a multiple of `groups`. */
  filters: number;
  /** Height and width, or both at once. */
  kernelSize: number | Pair;
  /** Default 1. */
  strides?: number | Pair;
  /** Default `'valid'`. */
  padding?: ConvPadding;
  /** Default 1; anything else needs strides of 1. */
  dilationRate?: number | Pair;
  /** Default 1. */
  groups?: number;
  /** Default true. */
  useBias?: boolean;
  /** Default `'glorotUniform'`. */
  kernelInitializer?: InitializerLike;
  /** Default `'zeros'`. */
  biasInitializer?: InitializerLike;
}

const OPTIONS = [
  ...['filters', 'kernelSize', 'strides', 'padding', 'dilationRate', 'groups', 'useBias'],
  ...['kernelInitializer', 'biasInitializer', 'name', 'trainable', 'dtype', 'inputDType'],
  ...['inputShape', 'batchInputShape', 'batchSize', 'weights'],
];

/**
 * 2D convolution in groups, channels last: `[n, h, w, cin]` to `[n, h', w', filters]`, the `Conv2D(groups)` of Keras
 * that `tf.layers.conv2d` lacks (it ignores `groups`). Weights `kernel` `[kh, kw, cin/groups, filters]` and `bias`
 * `[filters]`, as in Keras. How it runs: {@link groupedConv2d}.
 *
 * A saved model names the layer `SenetGroupedConv2D`; importing this module registers it for `tf.loadLayersModel`.
 *
 * @throws SenetError `ConfigInvalid` for options that are out of range, `UnknownName` for options and initializers
 * that do not exist, `ShapeMismatch` for an input whose channels the groups do not divide
 *
 * @example
 * ```ts
 * const layer = new GroupedConv2D({ filters: 128, kernelSize: 3, padding: 'same', groups: 32, useBias: false });
 * const y = layer.apply(tf.input({ shape: [56, 56, 128] })) as tf.SymbolicTensor; // [null, 56, 56, 128]
 * ```
 */
export class GroupedConv2D extends tf.layers.Layer {
  /** Its name in saved models. */
  static readonly className = 'SenetGroupedConv2D';

  /** How tf.layers makes it when a saved model is loaded. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    { customObjects: _, ...args }: tf.serialization.ConfigDict, // tf.loadLayersModel puts its registry into the config
  ): T {
    return new cls(args);
  }

  readonly filters: number;
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: ConvPadding;
  readonly dilationRate: Pair;
  readonly groups: number;
  readonly useBias: boolean;
  private readonly kernelInitializer: Initializer;
  private readonly biasInitializer: Initializer;
  private kernel: LayerVariable | undefined;
  private bias: LayerVariable | undefined;
  private readonly slices = new KernelSlices();

  constructor(args: GroupedConv2DArgs) {
    super(args);
    for (const option of Object.keys(args)) {
      if (!OPTIONS.includes(option)) throw unknownName('option', option, OPTIONS, this.name);
    }
    this.groups = count(args.groups ?? 1, `${this.name}.groups`);
    this.filters = count(args.filters, `${this.name}.filters`, this.groups);
    this.kernelSize = pair(args.kernelSize, `${this.name}.kernelSize`);
    this.strides = pair(args.strides ?? 1, `${this.name}.strides`);
    this.dilationRate = pair(args.dilationRate ?? 1, `${this.name}.dilationRate`);
    checkStrides(this.strides, this.dilationRate, this.name);
    this.padding = paddingMode(args.padding ?? 'valid', `${this.name}.padding`);
    this.useBias = args.useBias ?? true;
    this.kernelInitializer = initializer(args.kernelInitializer ?? 'glorotUniform', `${this.name}.kernelInitializer`);
    this.biasInitializer = initializer(args.biasInitializer ?? 'zeros', `${this.name}.biasInitializer`);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = this.inputChannels(inputShape);
    const kernelShape = [...this.kernelSize, channels / this.groups, this.filters];
    this.kernel = this.addWeight('kernel', kernelShape, 'float32', this.kernelInitializer);
    if (this.useBias) this.bias = this.addWeight('bias', [this.filters], 'float32', this.biasInitializer);
    this.inputSpec = [new tf.InputSpec({ ndim: 4, axes: { [-1]: channels } })];
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor4D {
    this.invokeCallHook(inputs, kwargs);
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
    const { groups, strides, padding, dilationRate } = this;
    return groupedConv2d(x, this.kernel!.read() as tf.Tensor4D, {
      groups,
      strides,
      padding,
      dilationRate,
      bias: this.bias?.read() as tf.Tensor1D | undefined,
      splitKernel: (kernel) => this.slices.of(kernel, groups),
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    this.inputChannels(inputShape);
    const [batch, ...spatial] = single(inputShape) as [number | null, ...tf.Shape];
    const lengths = ([0, 1] as const).map((axis) =>
      outputLength(spatial[axis]!, this.kernelSize[axis], this.strides[axis], this.dilationRate[axis], this.padding),
    );
    return [batch, ...lengths, this.filters];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      filters: this.filters,
      kernelSize: [...this.kernelSize],
      strides: [...this.strides],
      padding: this.padding,
      dilationRate: [...this.dilationRate],
      groups: this.groups,
      useBias: this.useBias,
      kernelInitializer: serialized(this.kernelInitializer),
      biasInitializer: serialized(this.biasInitializer),
    };
  }

  protected override disposeWeights(): number {
    this.slices.dispose();
    return super.disposeWeights();
  }

  private inputChannels(inputShape: tf.Shape | tf.Shape[]): number {
    const shape = single(inputShape);
    const channels = shape[3];
    if (shape.length === 4 && channels && channels % this.groups === 0) return channels;
    throw new SenetError(
      'ShapeMismatch',
      `an input [${shape.map(String)}] cannot be split into ${this.groups} groups`,
      {
        path: this.name,
        expected: `[batch, height, width, a multiple of ${this.groups}]`,
      },
    );
  }
}
tf.serialization.registerClass(GroupedConv2D);

/**
 * One group's slice of the kernel each, kept from prediction to prediction: the wasm backend packs a kernel once for
 * as long as its tensor lives. New values come under a new `dataId` (`setWeights`, an optimizer's step), and while
 * gradients are recorded nothing is kept, so that they reach the kernel.
 */
class KernelSlices {
  private source: object | undefined;
  private kept: tf.Tensor4D[] = [];

  of(kernel: tf.Tensor4D, groups: number): readonly tf.Tensor4D[] {
    if (tf.engine().isTapeOn()) return tf.split<tf.Tensor4D>(kernel, groups, 3);
    if (this.source !== kernel.dataId) {
      this.dispose();
      this.kept = tf.split<tf.Tensor4D>(kernel, groups, 3).map((slice) => tf.keep(slice));
      this.source = kernel.dataId;
    }
    return this.kept;
  }

  dispose(): void {
    tf.dispose(this.kept);
    this.kept = [];
    this.source = undefined;
  }
}

function single(shape: tf.Shape | tf.Shape[]): tf.Shape {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as tf.Shape;
}

function pair(value: number | Pair, path: string): Pair {
  const [height, width] = typeof value === 'number' ? [value, value] : value;
  return [count(height, path), count(width, path)];
}

function count(value: number, path: string, multipleOf = 1): number {
  if (Number.isInteger(value) && value > 0 && value % multipleOf === 0) return value;
  const expected = multipleOf === 1 ? 'a positive integer' : `a positive multiple of ${multipleOf}`;
  throw new SenetError('ConfigInvalid', `${value} is not possible`, { path, expected });
}

function paddingMode(value: ConvPadding, path: string): ConvPadding {
  if (value === 'valid' || value === 'same') return value;
  throw new SenetError('ConfigInvalid', `there is no padding '${value}'`, { path, expected: `'valid' or 'same'` });
}

function initializer(like: InitializerLike, path: string): Initializer {
  if (typeof like === 'string') {
    const factories = tf.initializers as unknown as Record<string, (args: object) => Initializer>;
    const factory = factories[like];
    if (!factory) throw unknownName('initializer', like, Object.keys(factories), path);
    return factory({});
  }
  if ('apply' in like) return like;
  const registered = tf.serialization.SerializationMap.getMap().classNameMap;
  const [cls, fromConfig] = registered[like.className] ?? [];
  if (!cls || !fromConfig) throw unknownName('initializer', like.className, Object.keys(registered), path);
  return fromConfig(cls, like.config) as Initializer;
}

function serialized(init: Initializer): tf.serialization.ConfigDict {
  return { className: init.getClassName(), config: init.getConfig() };
}
