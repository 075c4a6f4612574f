import type { Feature } from '../backend/contracts.js';
import { kernels } from './kernels.js';

/** Matrix products. tfjs' gradient of them needs nothing else. */
export const matMul: Feature = { kernels };
