import type { Feature, Runtime } from '../backend/contracts.js';
import { batchNormalizationCall } from './batch-normalization-layer.js';
import { conv2DBackpropFilter, conv2DBackpropInput } from './convolution.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise.js';
import { forwardKernels } from './forward.js';
import { convolutionGradients } from './gradients.js';
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
  gradients: [...convolutionGradients, fusedBatchNormGradient],
  patches: [batchNormalizationCall],
};
