import type { Feature } from '../backend/contracts.js';
import { forwardKernels } from './forward.js';
import { avgPoolGrad, maxPoolGrad } from './gradients.js';

/** Pooling and its gradients. */
export const pool: Feature = { kernels: [...forwardKernels, maxPoolGrad, avgPoolGrad] };
