/** What needs Node: configs from files. */
export { fileConfigSource, readConfigFile } from './config/files.js';
