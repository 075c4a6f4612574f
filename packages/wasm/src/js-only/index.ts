import type { Feature, Runtime } from '../backend/contracts.js';
import { conv2DGradient } from '../convolution/gradient.js';
import { batchNormalizationCall } from './batch-normalization-layer.js';
import { conv2DBackpropFilter, conv2DBackpropInput } from './convolution.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput, depthwiseGradient } from './depthwise.js';
import { forwardKernels } from './forward.js';
import { fusedBatchNormGradient } from './normalization.js';

/** Training without SIMD kernels: what tfjs' wasm backend lacks, composed of what it has. */
export const jsOnly: Feature<Runtime> = {
  kernels: [
    ...forwardKernels,
    conv2DBackpropFilter,
    conv2DBackpropInput,
    depthwiseBackpropFilter,
    depthwiseBackpropInput,
  ],
  gradients: [conv2DGradient, depthwiseGradient, fusedBatchNormGradient],
  patches: [batchNormalizationCall],
};
