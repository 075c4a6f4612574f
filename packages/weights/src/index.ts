/** `@senet/weights`: weight files, the dialects of their names, and loading and saving a network's state. */
export { ADAPTATIONS, type Adaptation } from './adapt.js';
export * from './describe.js';
export * from './dialects/index.js';
export { diffWeights, type WeightsDiff } from './diff.js';
export { type FetchOptions, fetchBytes, fetchFolder } from './folder/fetch-folder.js';
export type { LoadedFolder } from './folder/open-folder.js';
export type { FormatSource, WeightFormat } from './formats/format.js';
export * from './formats/formats.js';
export * from './formats/npy.js';
export * from './formats/safetensors.js';
export * from './formats/tensor.js';
export { type FromAddressOptions, fromPretrained } from './hub/from-address.js';
export type { DownloadOptions, DownloadProgress, OpenOptions, Pretrained, PretrainedSource } from './hub/options.js';
export { type Candidate, type IdentifyOptions, identified, identifyWeights } from './identify/identify.js';
export * from './load.js';
export * from './save.js';
