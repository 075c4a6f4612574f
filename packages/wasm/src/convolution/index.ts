import type { Feature } from '../backend/contracts.js';
import { conv2DGradient } from './gradient.js';
import { kernels } from './kernels.js';
import { convolutionLayer } from './layer.js';

/** 2-D convolutions, forward and backward. */
export const convolution: Feature = { kernels, gradients: [conv2DGradient], patches: [convolutionLayer] };
