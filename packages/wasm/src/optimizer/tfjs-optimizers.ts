/** The private parts of tfjs' optimizers that our updates read and write. */
import type * as tfjs from '@tensorflow/tfjs';

/** A state that an optimizer keeps for a variable. */
export interface Slot {
  originalName: string;
  variable: tfjs.Variable;
}

export interface Optimizer {
  incrementIterations(): void;
}

export interface SGD extends Optimizer {
  /** -learningRate. */
  c: tfjs.Scalar;
}

export interface Momentum extends SGD {
  m: tfjs.Scalar;
  useNesterov: boolean;
  accumulations: Slot[];
}

export interface Adam extends Optimizer {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** βᵗ of the step to come. */
  accBeta1: tfjs.Variable;
  accBeta2: tfjs.Variable;
  accumulatedFirstMoment: Slot[];
  accumulatedSecondMoment: Slot[];
}

export interface Adamax extends Optimizer {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  decay: number;
  iteration: tfjs.Variable;
  accBeta1: tfjs.Variable;
  accumulatedFirstMoment: Slot[];
  accumulatedWeightedInfNorm: Slot[];
}

export interface RMSProp extends Optimizer {
  learningRate: number;
  decay: number;
  momentum: number;
  epsilon: number;
  centered: boolean;
  accumulatedMeanSquares: Slot[];
  accumulatedMoments: Slot[];
  accumulatedMeanGrads: Slot[];
}

/** What `applyGradients` takes. */
export type VariableGradients = Record<string, tfjs.Tensor> | { name: string; tensor: tfjs.Tensor }[];
