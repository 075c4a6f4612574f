import type { TensorInfo, WasmBackend } from './tfjs-internals.js';

/** How many values a shape holds. */
export const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Where a tensor's values lie in tfjs' memory, in bytes. */
export function addressOf(backend: WasmBackend, { dataId }: TensorInfo): number {
  return backend.dataIdMap.get(dataId)!.memoryOffset >>> 0;
}
