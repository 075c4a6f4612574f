import * as tf from '@tensorflow/tfjs';
import { SenetError } from '../errors.js';
import { definitionOf, type OpAttributes, type OpName } from '../graph/ops/index.js';
import { runActivation } from './run-activation.js';
import { runGateAddRelu } from './run-gate.js';
import { runPool } from './run-pool.js';

/** The ops that no stock layer fits, wholly or in some of their settings. */
export const CUSTOM_OPS = [
  'activation',
  'affine',
  'gateAddRelu',
  'pool',
  'reduce',
] as const satisfies readonly OpName[];
export type CustomOp = (typeof CUSTOM_OPS)[number];

/** What the layer is saved as. */
export interface OpLayerConfig<Op extends CustomOp = CustomOp> {
  readonly op: Op;
  readonly attributes: OpAttributes[Op];
}

type Inputs = [tf.Tensor, ...tf.Tensor[]];

const RUN: { readonly [Op in CustomOp]: (inputs: Inputs, attributes: OpAttributes[Op]) => tf.Tensor } = {
  activation: ([x], { activation }) => runActivation(x, activation),
  affine: ([x], { scale, offset }) => x.mul(scale).add(offset),
  gateAddRelu: (inputs) => runGateAddRelu(...(inputs as [tf.Tensor, tf.Tensor, tf.Tensor])),
  pool: ([x], attributes) => runPool(x as tf.Tensor4D, attributes),
  reduce: ([x], { kind, over, keepDims }) => x[kind](over === 'space' ? [1, 2] : [3], keepDims),
};

/**
 * The one parameter-free custom layer: an op of the graph, with its attributes as the layer's config. Saved models
 * that have it open after an import of `@senet/core/layers`; its class name is `SenetOp`.
 */
export class OpLayer extends tf.layers.Layer {
  static readonly className = 'SenetOp';
  readonly op: CustomOp;
  readonly attributes: OpAttributes[CustomOp];

  constructor({ op, attributes, ...layer }: OpLayerConfig & { name?: string }) {
    super(layer);
    if (!CUSTOM_OPS.includes(op)) {
      throw new SenetError('UnmappedOp', `SenetOp knows no op '${String(op)}'`, {
        expected: `one of ${CUSTOM_OPS.join(', ')}`,
      });
    }
    this.op = op;
    this.attributes = attributes;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shapes = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as tf.Shape[];
    const output = definitionOf(this.op).shape(
      this.attributes,
      shapes.map((shape) => shape.slice(1)),
    );
    return [shapes[0]![0]!, ...output];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => RUN[this.op]([inputs].flat() as Inputs, this.attributes as never));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), op: this.op, attributes: this.attributes as unknown as tf.serialization.ConfigDict };
  }
}
tf.serialization.registerClass(OpLayer);
