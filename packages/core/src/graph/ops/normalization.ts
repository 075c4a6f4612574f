import { ones, zeros } from '../initializer.js';
import type { ParameterSlot } from '../parameter.js';
import { channelsOf } from '../shape.js';
import { ONE, type OpDefinition } from './op.js';

export interface BatchNormalizationAttributes {
  /** Added to the variance: 1e-5 in PyTorch, 1e-3 in Keras and TensorFlow's own networks. */
  readonly epsilon: number;
  /** Keras' sense: the share of the old statistics that is kept (torch's momentum m is 1 − m here). */
  readonly momentum: number;
  /** Has gamma. */
  readonly scale: boolean;
  /** Has beta. */
  readonly center: boolean;
}

/** γ · (x − μ) / √(σ² + ε) + β along the last axis (Ioffe and Szegedy 2015). */
export const batchNormalization: OpDefinition<BatchNormalizationAttributes> = {
  summary: 'batch normalization over the last axis',
  inputs: ONE,
  parameters({ scale, center }, [input]) {
    const shape = [channelsOf({ shape: input! })];
    const slot = { shape, layout: 'C' } as const;
    const slots: ParameterSlot[] = [];
    if (scale) slots.push({ ...slot, role: 'gamma', suffix: 'weight', trainable: true, initializer: ones });
    if (center) slots.push({ ...slot, role: 'beta', suffix: 'bias', trainable: true, initializer: zeros });
    slots.push({ ...slot, role: 'movingMean', suffix: 'running_mean', trainable: false, initializer: zeros });
    slots.push({ ...slot, role: 'movingVariance', suffix: 'running_var', trainable: false, initializer: ones });
    return slots;
  },
  shape: (_attributes, [input]) => input!,
};
