import type { Feature, Runtime } from '../backend/contracts.js';
import { averagePoolGradient } from './average-pool.js';
import { cumsumGradient } from './cumsum.js';
import { dilatedConv2dCall } from './dilated-layer.js';
import { einsum } from './einsum.js';
import { maxPoolGradient } from './max-pool.js';
import { extremeGradients } from './maximum.js';
import { mirrorPadGradient } from './padding.js';
import { resizeGradients } from './resize.js';
import { unsortedSegmentSum } from './segment-sum.js';

/** What else tfjs' wasm backend lacks, and gradients that tfjs has wrong; correct rather than fast. */
export const misc: Feature<Runtime> = {
  kernels: [unsortedSegmentSum, einsum, averagePoolGradient, maxPoolGradient],
  gradients: [...resizeGradients, ...extremeGradients, mirrorPadGradient, cumsumGradient],
  patches: [dilatedConv2dCall],
};
