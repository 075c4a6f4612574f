import type { Feature } from '../backend/contracts.js';
import { kernels } from './kernels.js';
import { convolutionLayer } from './layer.js';

/** 2-D convolutions, forward and backward. Their gradient is `js-only`'s. */
export const convolution: Feature = { kernels, patches: [convolutionLayer] };
