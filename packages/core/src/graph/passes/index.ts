import { dropTraining } from './drop-training.js';
import type { Pass, Valued } from './editor.js';
import { foldBatchNormalization } from './fold-batch-normalization.js';
import { fuseActivation } from './fuse-activation.js';
import { fuseGate } from './fuse-gate.js';
import { pullSqueeze } from './pull-squeeze.js';

export { GraphEditor, type Pass, type Valued } from './editor.js';
export { dropTraining, foldBatchNormalization, fuseActivation, fuseGate, pullSqueeze };

/** For inference, in the order in which they prepare each other. */
export const INFERENCE_PASSES: readonly Pass[] = [
  dropTraining,
  foldBatchNormalization,
  pullSqueeze,
  fuseActivation,
  fuseGate,
];

/** Runs passes one after the other; what no output needs is gone at the end. */
export function runPasses(valued: Valued, passes: readonly Pass[] = INFERENCE_PASSES): Valued {
  return passes.reduce((current, pass) => pass(current), valued);
}
