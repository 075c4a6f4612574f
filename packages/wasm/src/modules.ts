import { type NativeKernels, plainModule, relaxedModule } from './generated/modules.js';
import type { WasmOptions } from './options.js';
import { importingShared, isShared } from './shared-memory.js';

/** Which SIMD instructions a module uses. */
export type Simd = 'relaxed' | 'plain';

/** The modules to try, best first: those that the machine takes, and that the options allow. */
export function loadableModules(wanted: WasmOptions['simd']): Simd[] {
  const allowed: Simd[] = wanted === 'none' ? [] : wanted === 'plain' ? ['plain'] : ['relaxed', 'plain'];
  return allowed.filter((simd) => WebAssembly.validate(bytesOf(simd)));
}

/** Our kernels on that memory. Compiles off the main thread, where browsers allow no large module. */
export async function instantiate(simd: Simd, memory: WebAssembly.Memory): Promise<NativeKernels> {
  const module = isShared(memory) ? importingShared(bytesOf(simd)) : bytesOf(simd);
  const { instance } = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as NativeKernels;
}

function bytesOf(simd: Simd): Uint8Array<ArrayBuffer> {
  const text = atob(simd === 'relaxed' ? relaxedModule : plainModule);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
