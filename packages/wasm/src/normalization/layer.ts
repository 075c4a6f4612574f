import type { NativeRuntime, Patch } from '../backend/contracts.js';
import { recordingDepth, type Tensor, type Tf } from '../backend/tfjs-internals.js';
import { callForAll, takes } from '../elementwise/shared.js';
import { views } from './parameters.js';
import { BATCH_NORM_TRAINING } from './training.js';

/** What is used of tfjs' layer. */
interface BatchNormalization {
  readonly axis: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly gamma?: LayerVariable;
  readonly beta?: LayerVariable;
  readonly movingMean: LayerVariable;
  readonly movingVariance: LayerVariable;
}

interface LayerVariable {
  read(): Tensor;
  write(value: Tensor): void;
}

type Call = (this: BatchNormalization, inputs: Tensor | Tensor[], kwargs?: { training?: boolean }) => Tensor;

/**
 * tfjs' BatchNormalization layer in training, over the last axis, by one kernel. A layer without scale or center trains
 * too, where tfjs' own throws.
 */
export const batchNormalizationCall: Patch = {
  name: 'BatchNormalization.call',
  target: (tf) => ({ prototype: layerPrototype(tf), method: 'call' }),
  replace: (runtime, stock) => batchNormalization(runtime, stock as unknown as Call) as never,
};

/** Not by making a layer: that would count up the names of the user's layers. */
function layerPrototype(tf: Tf): object {
  const [layer] = tf.serialization.SerializationMap.getMap().classNameMap.BatchNormalization!;
  return layer.prototype as object;
}

function batchNormalization(runtime: NativeRuntime, stock: Call): Call {
  return function (inputs, kwargs) {
    const { tf } = runtime;
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const isLast = this.axis === -1 || this.axis === x.rank - 1;
    if (!kwargs?.training || !isLast || x.rank < 2 || x.rank > 4 || !takes(x) || recordingDepth(tf) > 1) {
      return stock.call(this, inputs, kwargs);
    }
    return tf.tidy(() => {
      const channels = x.shape[x.rank - 1]!;
      const scale = this.gamma?.read() ?? tf.ones([channels]);
      const offset = this.beta?.read() ?? tf.zeros([channels]);
      const tensors = { x, scale, offset };
      const [y, mean, variance] = callForAll(runtime, BATCH_NORM_TRAINING, tensors, { epsilon: this.epsilon });
      move(runtime, this.movingMean, mean!, this.momentum);
      move(runtime, this.movingVariance, variance!, this.momentum);
      return y!;
    });
  };
}

/** The variable becomes a new tensor: variable - (variable - value)·(1 - momentum). */
function move(runtime: NativeRuntime, variable: LayerVariable, value: Tensor, momentum: number): void {
  const old = variable.read();
  const result = runtime.memory.output(old.shape);
  const [moved, olds, values] = views(runtime, result, old, value) as [Float32Array, Float32Array, Float32Array];
  for (let c = 0; c < old.size; c++) moved[c] = olds[c]! - (olds[c]! - values[c]!) * (1 - momentum);
  variable.write(runtime.tf.engine().makeTensorFromTensorInfo(result));
}
