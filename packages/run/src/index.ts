/** `@senet/run`: one face to run a model, on whatever backend is there. */
export * from './backends/index.js';
export { type Diagnosis, diagnose } from './doctor.js';
export { LayersRunner } from './layers-runner.js';
export * from './open-runner.js';
export * from './runner.js';
