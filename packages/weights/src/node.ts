/** What needs Node: files and the saved folder. */
export * from './folder/load-folder.js';
export { CONFIG_FILE, WEIGHTS_FILE } from './folder/open-folder.js';
export * from './folder/save-folder.js';
export { type TimmConfig, timmConfig } from './folder/timm-config.js';
export * from './formats/files.js';
export * from './formats/read-file.js';
export { type FromPretrainedOptions, fromPretrained } from './hub/from-pretrained.js';
