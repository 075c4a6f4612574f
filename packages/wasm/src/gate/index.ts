import type { Feature } from '../backend/contracts.js';
import { gateAddRelu, gateAddReluGrad, gateAddReluGradient } from './add-relu.js';
import { gateGrad, multiplyByGate, multiplyByGateGradient } from './multiply.js';
import { reductionGradients, reductionKernels, spread } from './reductions.js';

/** Gates of channels, and the sums and means along pixels that they (and biases) need. */
export const gate: Feature = {
  kernels: [multiplyByGate, gateGrad, gateAddRelu, gateAddReluGrad, ...reductionKernels, spread],
  gradients: [multiplyByGateGradient, gateAddReluGradient, ...reductionGradients],
};
