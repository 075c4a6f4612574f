import type { Feature } from '../backend/contracts.js';
import { padV2 } from './pad.js';

/** Zeros around maps. */
export const padding: Feature = { kernels: [padV2] };
