import { SenetError, unknownName } from '@senet/core/graph';
import * as tf from '@tensorflow/tfjs';
import type { Backend } from './backend.js';
import { tfjsBackend } from './tfjs-backend.js';
import { WasmKernels } from './wasm-kernels.js';

const INSTALL = 'npm install @tensorflow/tfjs-backend-wasm';
const KERNELS: readonly string[] = ['fast', 'stock'];

export interface WasmOptions {
  /**
   * Lets a cross-origin isolated page take TensorFlow.js' build with threads; false by default. That build starts its
   * workers from its own source text, which a minifier that renames breaks: they then never answer.
   */
  readonly threads?: boolean;
  /**
   * `fast` (default) installs the kernels of `@senet/wasm` where that package is there; `stock` leaves them away, and
   * uninstalls them. TensorFlow.js has one set of kernels for all of a page or process: what was opened last decides.
   */
  readonly kernels?: 'fast' | 'stock';
}

/**
 * The wasm backend, with its `.wasm` files at an address of one's own. Without paths they are looked for in the package
 * (Node), or beside the page's script (a browser), where a bundler does not put them.
 *
 * @param paths as TensorFlow.js' `setWasmPaths` takes them: the address of a folder, or those of
 *   `tfjs-backend-wasm.wasm`, `tfjs-backend-wasm-simd.wasm` and `tfjs-backend-wasm-threaded-simd.wasm`
 * @example
 * ```ts
 * const runner = await openRunner('/models/mine', { assembler, backends: [webgl, wasmFrom('/wasm/'), cpu] });
 * ```
 */
export function wasmFrom(
  paths?: string | Readonly<Record<string, string>>,
  { threads = false, kernels = 'fast' }: WasmOptions = {},
): Backend {
  if (!KERNELS.includes(kernels)) throw unknownName('kernels', kernels, KERNELS, 'kernels');
  let loaded: Promise<void> | undefined;
  return tfjsBackend({
    name: 'wasm',
    summary: 'WebAssembly with SIMD, in Node and in browsers',
    load: () => (loaded ??= load(paths, threads)),
    kernels: new WasmKernels(kernels === 'fast'),
    install: `${INSTALL}; in a browser also wasmFrom(address of its .wasm files)`,
  });
}

async function load(paths: string | Readonly<Record<string, string>> | undefined, threads: boolean): Promise<void> {
  const { setWasmPaths } = await importPackage();
  if (paths !== undefined) setWasmPaths(paths);
  if (!threads) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
}

/** `catch` stands at the import: with it, esbuild lets programs go without the package. */
function importPackage() {
  return import('@tensorflow/tfjs-backend-wasm').catch((cause: unknown) => {
    const path = '@tensorflow/tfjs-backend-wasm';
    throw new SenetError('BackendUnavailable', 'cannot be imported', { path, expected: INSTALL, cause });
  });
}
