/** `@senet/images`: from a picture's bytes to what a network is given. */
export { toChannels } from './channels.js';
export { type CropOptions, cropCenter } from './crop.js';
export { decodeImage } from './decode/decode-image.js';
export type { DecodeOptions } from './decode/options.js';
export { fromImageData, type Image, type ImageDataLike, MAX_PIXELS, MAX_SIDE } from './image.js';
export { type PreprocessedImage, preprocess } from './preprocess.js';
export { type Preprocessing, preprocessingOf } from './preprocessing.js';
export type { Interpolation } from './resize/filters.js';
export { type ResizeOptions, resize } from './resize/resize.js';
