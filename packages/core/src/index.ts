/**
 * `@senet/core`: graphs, blocks, configs, the assembler and its container, and the TensorFlow.js target.
 *
 * For less: `@senet/core/graph` (neither TensorFlow.js nor inversify), `@senet/core/container`, `@senet/core/layers`.
 */
export * from './container.js';
export * from './graph.js';
export * from './layers.js';
