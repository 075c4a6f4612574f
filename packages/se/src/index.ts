/**
 * `@senet/se`: Squeeze-and-Excitation and its family. Each attention is a function from options to something that
 * applies to a `tf.SymbolicTensor`, attaches to a block, or stands in a config under its type.
 */
import { defineModule } from '@senet/core/graph';
import { cbam } from './cbam.js';
import { eca } from './eca.js';
import { se } from './se.js';

export { attach, defineAttention, makeDivisible } from '@senet/core/graph';
export { cbam } from './cbam.js';
export { type ConformanceReport, checkAttention } from './conformance.js';
export { eca, ecaKernel } from './eca.js';
export { applyGate, beforeGate, GATES, type Gate } from './gate.js';
export { type Rounding, reducedChannels, roundingSchema } from './rounding.js';
export { se } from './se.js';
export { applySqueeze, SQUEEZES, type Squeeze } from './squeeze.js';

/** The module of this package, for `createAssembler`. */
export const attentions = defineModule({ attentions: [se, eca, cbam] });
