import * as tf from '@tensorflow/tfjs';
import type { OpAttributes } from '../graph/ops/index.js';
import { type Generator, type GeneratorState, generatorFor } from '../random/generator.js';

export type DropOp = 'dropPath' | 'dropBlock';

interface DropLayerConfig<Op extends DropOp = DropOp> {
  readonly op: Op;
  readonly attributes: OpAttributes[Op];
  /** Seed of the layer's own stream, mixed with its name. */
  readonly seed?: number;
}

/**
 * Stochastic depth and DropBlock: regularizers that TensorFlow.js has no layer for. They draw from this library's
 * generator, so that a run can be repeated and taken up again (`position`). At inference they pass their input on.
 * Class name: `SenetDrop`.
 */
export class DropLayer extends tf.layers.Layer {
  static readonly className = 'SenetDrop';
  private readonly op: DropOp;
  private readonly attributes: OpAttributes[DropOp];
  private readonly seed: number;
  private readonly generator: Generator;

  constructor({ op, attributes, seed = 0, ...layer }: DropLayerConfig & { name?: string }) {
    super(layer);
    this.op = op;
    this.attributes = attributes;
    this.seed = seed;
    this.generator = generatorFor(this.name, seed);
  }

  /** Where the random stream stands; set it to go on from there. */
  get position(): GeneratorState {
    return this.generator.state;
  }

  set position(state: GeneratorState) {
    this.generator.state = state;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false }: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      if (!training) return x.clone();
      if (this.op === 'dropPath') return dropPath(x, this.attributes as OpAttributes['dropPath'], this.generator);
      return dropBlock(x as tf.Tensor4D, this.attributes as OpAttributes['dropBlock'], this.generator);
    });
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { op, attributes, seed } = this;
    return { ...super.getConfig(), op, attributes: attributes as unknown as tf.serialization.ConfigDict, seed };
  }
}
tf.serialization.registerClass(DropLayer);

function dropPath(x: tf.Tensor, { rate }: OpAttributes['dropPath'], generator: Generator): tf.Tensor {
  const keep = 1 - rate;
  const kept = Array.from({ length: x.shape[0]! }, () => (generator.uniform() < keep ? 1 / keep : 0));
  return x.mul(tf.tensor(kept, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)]));
}

/** Seeds of regions are drawn everywhere and grown by a max-pool; the rest is scaled to keep the mean (timm's drop_block_2d). */
function dropBlock(
  x: tf.Tensor4D,
  { rate, size, gammaScale }: OpAttributes['dropBlock'],
  generator: Generator,
): tf.Tensor {
  const [, height, width] = x.shape;
  const side = Math.min(size, height, width);
  const places = (height - side + 1) * (width - side + 1);
  const gamma = (gammaScale * rate * height * width) / side ** 2 / places;
  const seeds = Float32Array.from({ length: x.size }, () => (generator.uniform() < gamma ? 1 : 0));
  const dropped = tf.maxPool(tf.tensor4d(seeds, x.shape), side, 1, 'same');
  const kept = tf.scalar(1).sub(dropped);
  return x.mul(kept).mul(tf.scalar(x.size).div(kept.sum().add(1e-7)));
}
