/** The contracts of what can be installed: kernels, gradients, and patches of prototypes. */
import type { NativeKernels } from '../generated/modules.js';
import type { ResolvedOptions } from '../options.js';
import type { Aliases } from './aliases.js';
import type { WasmMemory } from './memory.js';
import type { Tensor, TensorInfo, Tf, WasmBackend } from './tfjs-internals.js';

/** What kernels from JavaScript alone work with. */
export interface Runtime {
  readonly tf: Tf;
  readonly backend: WasmBackend;
  readonly options: ResolvedOptions;
  /** Where tfjs' memory can be reached. */
  readonly aliases?: Aliases | undefined;
}

/** What SIMD kernels work with. */
export interface NativeRuntime extends Runtime {
  readonly memory: WasmMemory;
  /** The exports of our module, on tfjs' memory. */
  readonly native: NativeKernels;
  /** Scratch of 192 bytes for one register tile, and the address of one integer 0. */
  readonly spill: number;
  readonly noOffset: number;
}

export type Inputs = Readonly<Record<string, TensorInfo>>;
export type Attributes = Readonly<Record<string, unknown>>;

/** A kernel of the wasm backend. */
export interface Kernel<R extends Runtime = NativeRuntime> {
  /** tfjs' name of it: `Conv2D`, … */
  readonly name: string;
  /**
   * The result, or undefined for what this kernel does not take (another dtype, a shape on which it would be slower): then
   * the next one that was registered for the name is asked, and the stock kernel last.
   */
  run(runtime: R, inputs: Inputs, attributes: Attributes): TensorInfo | TensorInfo[] | undefined;
}

/** What the forward pass saved, by name. */
export interface Saved {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** By index; only those that {@link Gradient.outputs} asked for. */
  readonly outputs: readonly (Tensor | undefined)[];
}

/** The gradient of a kernel. Runs on the wasm backend only; elsewhere, and where it returns undefined, tfjs' own does. */
export interface Gradient<R extends Runtime = NativeRuntime> {
  /** tfjs' name of the kernel it belongs to. */
  readonly kernel: string;
  /** Inputs it needs to have saved, beside those that tfjs' own gradient saves. */
  readonly inputs?: readonly string[];
  /** Whether it needs the kernel's n-th output saved, beside those that tfjs' own gradient saves. */
  readonly outputs?: readonly boolean[];
  /** For every input a function that makes its gradient, or undefined to leave the call to tfjs. */
  run(
    runtime: R,
    dy: Tensor | Tensor[],
    saved: Saved,
    attributes: Attributes,
  ): Record<string, () => Tensor> | undefined;
}

/** Changes a prototype of tfjs (a layer, an optimizer). */
export interface Patch<R extends Runtime = NativeRuntime> {
  /** What it changes: `BatchNormalization.call`, … */
  readonly name: string;
  /** The object and the method. */
  target(tf: Tf): { prototype: object; method: string };
  /** The new method; `stock` is the old one, to be called with `this` where the new one does not apply. */
  replace(runtime: R, stock: (...args: never[]) => unknown): (this: never, ...args: never[]) => unknown;
}

/** One idea: its kernels, their gradients, and what else it takes. */
export interface Feature<R extends Runtime = NativeRuntime> {
  readonly kernels?: readonly Kernel<R>[];
  readonly gradients?: readonly Gradient<R>[];
  readonly patches?: readonly Patch<R>[];
}
