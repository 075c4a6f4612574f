import { SenetError } from '@senet/core/graph';
import type { Backend } from './backend.js';
import { tfjsBackend } from './tfjs-backend.js';

const INSTALL = 'npm install @tensorflow/tfjs-backend-wasm';

/**
 * The wasm backend, with its `.wasm` files at an address of one's own. Without paths they are looked for in the package
 * (Node), or beside the page's script (a browser), where a bundler does not put them.
 *
 * @param paths as TensorFlow.js' `setWasmPaths` takes them: the address of a folder, or one for each of
 *   `tfjs-backend-wasm.wasm`, `tfjs-backend-wasm-simd.wasm` and `tfjs-backend-wasm-threaded-simd.wasm`
 * @example
 * ```ts
 * const runner = await openRunner('/models/mine', { assembler, backends: [webgl, wasmFrom('/wasm/'), cpu] });
 * ```
 */
export function wasmFrom(paths?: string | Readonly<Record<string, string>>): Backend {
  let loaded: Promise<void> | undefined;
  return tfjsBackend({
    name: 'wasm',
    summary: 'WebAssembly with SIMD, in Node and in browsers',
    load: () => (loaded ??= load(paths)),
    install: `${INSTALL}; in a browser also wasmFrom(address of its .wasm files)`,
  });
}

/** `catch` stands at the import: with it, esbuild lets programs go without the package. */
async function load(paths?: string | Readonly<Record<string, string>>): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm').catch((cause: unknown) => {
    const path = '@tensorflow/tfjs-backend-wasm';
    throw new SenetError('BackendUnavailable', 'cannot be imported', { path, expected: INSTALL, cause });
  });
  if (paths !== undefined) setWasmPaths(paths);
}
