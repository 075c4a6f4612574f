import type { Feature } from '../backend/contracts.js';
import { kernels } from './kernels.js';
import { depthwiseLayer } from './layer.js';

/** Depthwise convolutions and what grouped ones are made of, forward and backward. Their gradient is `js-only`'s. */
export const depthwise: Feature = { kernels, patches: [depthwiseLayer] };
