import type { Feature } from '../backend/contracts.js';
import { depthwiseGradient } from './gradient.js';
import { kernels } from './kernels.js';
import { depthwiseLayer } from './layer.js';

/** Depthwise convolutions and what grouped ones are made of, forward and backward. */
export const depthwise: Feature = { kernels, gradients: [depthwiseGradient], patches: [depthwiseLayer] };
