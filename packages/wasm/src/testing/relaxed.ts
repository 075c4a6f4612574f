import { setFlagsFromString } from 'node:v8';

/** Lets this process run relaxed SIMD; Node 20 hides it behind a flag. Import it before anything that compiles WebAssembly. */
export const RELAXED_FLAG = '--experimental-wasm-relaxed-simd';
if (process.versions.node.startsWith('20.')) setFlagsFromString(RELAXED_FLAG);
