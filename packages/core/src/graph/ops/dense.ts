import { torchUniform } from '../initializer.js';
import { shapeError, showShape } from '../shape.js';
import { ONE, type OpDefinition } from './op.js';

export interface DenseAttributes {
  readonly units: number;
  readonly bias: boolean;
}

/** A fully connected layer on `[features]`: kernel `[features, units]`. */
export const dense: OpDefinition<DenseAttributes> = {
  summary: 'fully connected layer',
  inputs: ONE,
  parameters({ units, bias }, [input]) {
    const features = featuresOf(input!);
    const initializer = torchUniform(features);
    const kernel = {
      role: 'kernel',
      suffix: 'weight',
      shape: [features, units],
      layout: 'IO',
      trainable: true,
      initializer,
    } as const;
    if (!bias) return [kernel];
    return [kernel, { role: 'bias', suffix: 'bias', shape: [units], layout: 'C', trainable: true, initializer }];
  },
  shape: ({ units }) => [units],
  macs: ({ units }, [input]) => featuresOf(input!) * units,
};

function featuresOf(shape: readonly (number | null)[]): number {
  const [features] = shape;
  if (shape.length !== 1 || typeof features !== 'number') throw shapeError(`needs [features], got ${showShape(shape)}`);
  return features;
}
