/** The composition root: inversify, the tokens, and `createAssembler`. Needs no TensorFlow.js until a model is compiled. */
export * from './registry/container.js';
export * from './registry/tokens.js';
