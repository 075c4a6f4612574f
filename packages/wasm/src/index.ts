export { install, installation, uninstall } from './install.js';
export type { Simd } from './modules.js';
export type { WasmOptions } from './options.js';
export type { InstallReport } from './report.js';
