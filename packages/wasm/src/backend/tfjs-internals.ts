/**
 * The private parts of tfjs' wasm backend that this package leans on, typed, and all of them in this file. They are the
 * same in every release since 4.0; {@link tensorData} and the probe (probe.ts) find out at install whether they still are.
 */
import type * as tfjs from '@tensorflow/tfjs';

/** The namespace `import * as tf from '@tensorflow/tfjs'` gives. */
export type Tf = typeof tfjs;
export type Tensor = tfjs.Tensor;
export type TensorInfo = tfjs.TensorInfo;
export type DataType = tfjs.DataType;
type DataId = TensorInfo['dataId'];

/** Emscripten's module, as tfjs loads it. */
export interface EmscriptenModule {
  /** The exports of the WebAssembly instance: `memory` among them, except in the build with threads. */
  asm: WebAssembly.Exports;
  /** The build with threads shares it with its workers, and imports it. */
  wasmMemory?: WebAssembly.Memory;
  /** Views of all memory; replaced whenever it grows. */
  HEAPF32: Float32Array;
  HEAPF64: Float64Array;
  HEAP32: Int32Array;
  HEAPU8: Uint8Array;
  tfjs: { disposeData(id: number): void };
  /** Signed: addresses above 2 GiB come out negative. */
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** What the backend knows of a tensor's data. */
export interface TensorData {
  /** Its number on the C++ side, by which XNNPACK caches packed weights. */
  id: number;
  memoryOffset: number;
  shape: number[];
  dtype: DataType;
  refCount: number;
}

/** tfjs' `BackendWasm`. */
export interface WasmBackend {
  wasm: EmscriptenModule;
  dataIdMap: {
    get(dataId: DataId): TensorData | undefined;
    has(dataId: DataId): boolean;
    delete(dataId: DataId): boolean;
  };
  numDataIds(): number;
  makeOutput(shape: number[], dtype: DataType, memoryOffset?: number): TensorInfo;
  incRef(dataId: DataId): void;
  /** True where the data is gone, false where others still refer to it. */
  disposeData(dataId: DataId, force?: boolean): boolean;
}

/** The wasm backend's instance, if it is the active backend. */
export function activeWasmBackend(tf: Tf): WasmBackend | undefined {
  return tf.getBackend() === 'wasm' ? (tf.backend() as unknown as WasmBackend) : undefined;
}

/** How many gradients are being recorded: 1 inside `tf.grad`, 2 inside one of a gradient. */
export function recordingDepth(tf: Tf): number {
  return tf.engine().state.gradientDepth;
}

/** tfjs' memory, or undefined where it is not where it used to be. */
export function memoryOf(backend: WasmBackend): WebAssembly.Memory | undefined {
  const { asm, wasmMemory, HEAPF32 } = backend.wasm ?? {};
  const candidates = [wasmMemory, ...Object.values(asm ?? {})].filter((value) => value instanceof WebAssembly.Memory);
  return candidates.find((memory) => memory.buffer === HEAPF32?.buffer);
}
