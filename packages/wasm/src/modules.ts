import { type NativeKernels, plainModule, relaxedModule } from './generated/modules.js';
import type { WasmOptions } from './options.js';
import { importingShared, isShared } from './shared-memory.js';

/** Which SIMD instructions a module uses. */
export type Simd = 'relaxed' | 'plain';

/** The best SIMD that the machine takes and that the options allow. */
export function bestSimd(wanted: WasmOptions['simd']): Simd | undefined {
  const allowed: Simd[] = wanted === 'none' ? [] : wanted === 'plain' ? ['plain'] : ['relaxed', 'plain'];
  return allowed.find((simd) => WebAssembly.validate(bytesOf(simd)));
}

/** Our kernels on that memory. */
export async function instantiate(simd: Simd, memory: WebAssembly.Memory): Promise<NativeKernels> {
  const module = await compiledModule(simd, isShared(memory));
  return (await WebAssembly.instantiate(module, { env: { memory } })).exports as unknown as NativeKernels;
}

const compiledModules = new Map<string, Promise<WebAssembly.Module>>();

/**
 * Compiled once: engines optimise a module's code while it runs, and forget that with the module. Off the main thread,
 * where browsers allow no large module.
 */
function compiledModule(simd: Simd, shared: boolean): Promise<WebAssembly.Module> {
  const key = `${simd}${shared ? ' on shared memory' : ''}`;
  const known = compiledModules.get(key);
  if (known) return known;
  const compiled = WebAssembly.compile(shared ? importingShared(bytesOf(simd)) : bytesOf(simd));
  compiledModules.set(key, compiled);
  compiled.catch(() => compiledModules.delete(key));
  return compiled;
}

function bytesOf(simd: Simd): Uint8Array<ArrayBuffer> {
  const text = atob(simd === 'relaxed' ? relaxedModule : plainModule);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
