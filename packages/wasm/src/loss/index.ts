import type { Feature } from '../backend/contracts.js';
import { gradients } from './gradients.js';
import { kernels } from './kernels.js';

/** Softmax and its cross-entropy. */
export const loss: Feature = { kernels, gradients };
