import { aliasesOf } from './backend/aliases.js';
import type { Feature, NativeRuntime, Runtime } from './backend/contracts.js';
import { WasmMemory } from './backend/memory.js';
import { type Kind, overrideGradient, overrideKernel, overrideMethod, type Restore } from './backend/patches.js';
import { KNOWN_TFJS, type Probe, probe } from './backend/probe.js';
import type { Tf } from './backend/tfjs-internals.js';
import { jsFeatures, nativeFeatures } from './features.js';
import { type NativeKernels, VERSION } from './generated/modules.js';
import { bestSimd, instantiate, type Simd } from './modules.js';
import { type ResolvedOptions, resolveOptions, type WasmOptions } from './options.js';
import { GRADIENT_KERNELS, type InstallReport } from './report.js';

interface Installation {
  readonly backend: unknown;
  readonly options: ResolvedOptions;
  readonly report: InstallReport;
  readonly restores: Restore[];
}

/** Kernels are registered for all of a page or process, so there is one installation. */
let installed: Installation | undefined;

/**
 * Makes tfjs' wasm backend train convolutions (tensorflow/tfjs#8474), and run faster: registers SIMD kernels that work on
 * tfjs' own memory, and gradients. Other backends stay as they are. Where the internals of tfjs are not the ones this
 * package knows, or SIMD is missing, kernels composed by JavaScript take their place; the report says so.
 *
 * Installing twice with the same options does nothing and gives the same report; with other options, or on a new wasm
 * backend, the first installation is undone.
 *
 * @param tf tfjs, with the wasm backend active
 * @throws Error where the wasm backend is not active, and for options that do not exist
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { install } from '@senet/wasm';
 *
 * await tf.setBackend('wasm');
 * const report = await install(tf); // { simd: 'relaxed', memory: 'shared-view', kernels: ['Conv2D', …], … }
 * ```
 */
export async function install(tf: Tf, options: WasmOptions = {}): Promise<InstallReport> {
  const resolved = resolveOptions(options);
  await tf.ready();
  const found = probe(tf);
  if (installed && isSame(installed, found.backend, resolved)) return installed.report;
  const notes = KNOWN_TFJS.includes(tf.version.tfjs)
    ? []
    : [`tfjs ${tf.version.tfjs} was not tested; ${KNOWN_TFJS.join(', ')} was`];
  const loaded = await loadNative(found, resolved, notes);
  uninstall(); // what was there, or what another call put there meanwhile: from here on nothing waits
  const aliases = 'memory' in found ? aliasesOf(tf, found.backend) : undefined;
  const base: Runtime = { tf, backend: found.backend, options: resolved, aliases };
  const done = new Installer();
  done.add(base, jsFeatures, COMPOSED);
  if (loaded) {
    const memory = new WasmMemory(found.backend, loaded.memory);
    const inSimd: Kind = { call: (inputs, kernel) => memory.call(inputs, kernel), firstOrder: true };
    done.restores.push(() => memory.dispose());
    done.add(nativeRuntime(base, memory, loaded.native), nativeFeatures, inSimd);
  }
  const report: InstallReport = {
    version: VERSION,
    simd: loaded?.simd ?? 'none',
    memory: loaded ? 'shared-view' : 'js-only',
    kernels: [...done.kernels],
    gradients: [...done.gradients],
    methods: [...done.methods],
    missing: GRADIENT_KERNELS.filter((name) => !tf.getKernel(name, 'wasm')),
    notes,
    tfjs: tf.version.tfjs,
  };
  installed = { backend: found.backend, options: resolved, report, restores: done.restores };
  return report;
}

/** Restores tfjs as it was before {@link install}, and frees what the kernels hold. Harmless where nothing is installed. */
export function uninstall(): void {
  for (const restore of installed?.restores.reverse() ?? []) restore();
  installed = undefined;
}

/** What is installed: the report of it, and with which options; undefined where nothing is. */
export function installation(): { readonly report: InstallReport; readonly options: WasmOptions } | undefined {
  return installed && { report: installed.report, options: installed.options };
}

function isSame({ backend, options }: Installation, otherBackend: unknown, other: ResolvedOptions): boolean {
  return backend === otherBackend && options.simd === other.simd && options.precision === other.precision;
}

/** Our module on tfjs' memory, in the best SIMD there is; undefined, and a note why, where that cannot be. */
async function loadNative(
  found: Probe,
  options: ResolvedOptions,
  notes: string[],
): Promise<{ native: NativeKernels; memory: WebAssembly.Memory; simd: Simd } | undefined> {
  if (options.simd === 'none') return undefined;
  if ('reason' in found) {
    notes.push(`no SIMD kernels: ${found.reason}`);
    return undefined;
  }
  const simd = bestSimd(options.simd);
  if (!simd) {
    notes.push('no SIMD kernels: this machine runs no WebAssembly SIMD');
    return undefined;
  }
  try {
    return { native: await instantiate(simd, found.memory), memory: found.memory, simd };
  } catch (error) {
    notes.push(`no SIMD kernels: ${(error as Error).message}`);
    return undefined;
  }
}

function nativeRuntime(base: Runtime, memory: WasmMemory, native: NativeKernels): NativeRuntime {
  return { ...base, memory, native, spill: memory.scratch('spill', 192), noOffset: memory.table('no offset', [0]) };
}

/** JavaScript alone reads no memory, and its gradients are operations of tfjs. */
const COMPOSED: Kind = { call: (inputs, kernel) => kernel(inputs), firstOrder: false };

/** Applies features and remembers what it did. */
class Installer {
  readonly kernels = new Set<string>();
  readonly gradients = new Set<string>();
  readonly methods = new Set<string>();
  readonly restores: Restore[] = [];

  add<R extends Runtime>(runtime: R, features: readonly Feature<R>[], kind: Kind): void {
    for (const { kernels = [], gradients = [], patches = [] } of features) {
      this.restores.push(
        ...kernels.map((kernel) => overrideKernel(runtime, kernel, kind)),
        ...gradients.map((gradient) => overrideGradient(runtime, gradient, kind)),
        ...patches.map((patch) => overrideMethod(runtime, patch)),
      );
      for (const { name } of kernels) this.kernels.add(name);
      for (const { kernel } of gradients) this.gradients.add(kernel);
      for (const { name } of patches) this.methods.add(name);
    }
  }
}
