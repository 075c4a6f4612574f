import type { Feature } from '../backend/contracts.js';
import { fusedBatchNorm, fusedBatchNormGrad, fusedBatchNormGradient } from './inference.js';
import { batchNormalizationCall } from './layer.js';
import { batchNormTraining, batchNormTrainingGrad, batchNormTrainingGradient } from './training.js';

/** Batch normalization, in training and with given statistics. */
export const normalization: Feature = {
  kernels: [batchNormTraining, batchNormTrainingGrad, fusedBatchNorm, fusedBatchNormGrad],
  gradients: [batchNormTrainingGradient, fusedBatchNormGradient],
  patches: [batchNormalizationCall],
};
