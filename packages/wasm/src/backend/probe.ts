import { activeWasmBackend, memoryOf, type Tf, type WasmBackend } from './tfjs-internals.js';

/** Releases of tfjs and its wasm backend that this package was tested with. Others are probed all the same. */
export const KNOWN_TFJS = ['4.22.0'];

/** What {@link probe} found: the backend and its memory, or the reason why its memory cannot be used. */
export type Probe = { backend: WasmBackend; memory: WebAssembly.Memory } | { backend: WasmBackend; reason: string };

const VALUES = [1.5, -2.25, 3e-7, 4e9];

/**
 * Whether tensors lie where we think: writes through tfjs and reads from memory, then the other way round, then makes an
 * output as a kernel does.
 *
 * @throws Error where the wasm backend is not the active one
 */
export function probe(tf: Tf): Probe {
  const backend = activeWasmBackend(tf);
  if (!backend) {
    throw new Error(`@senet/wasm: the active backend is '${tf.getBackend()}'; first await tf.setBackend('wasm')`);
  }
  try {
    const memory = memoryOf(backend);
    if (!memory) return { backend, reason: "tfjs' memory is not among the exports of its module" };
    return readsAndWrites(tf, backend) ? { backend, memory } : { backend, reason: 'tensors do not lie where expected' };
  } catch (error) {
    return { backend, reason: `tfjs' internals differ: ${(error as Error).message}` };
  }
}

function readsAndWrites(tf: Tf, backend: WasmBackend): boolean {
  return tf.tidy(() => {
    const ours = tf.tensor1d(VALUES);
    if (!same(view(backend, ours.dataId), ours.dataSync())) return false;
    const output = tf.engine().makeTensorFromTensorInfo(backend.makeOutput([VALUES.length], 'float32'));
    view(backend, output.dataId).set(VALUES);
    return same(output.dataSync(), new Float32Array(VALUES)) && same(output.add(ours).dataSync(), VALUES.map(twice));
  });
}

function view({ dataIdMap, wasm }: WasmBackend, dataId: object): Float32Array {
  const { memoryOffset } = dataIdMap.get(dataId)!;
  return wasm.HEAPF32.subarray(memoryOffset >>> 2, (memoryOffset >>> 2) + VALUES.length);
}

const twice = (value: number) => Math.fround(2 * Math.fround(value));

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => value === b[i]);
}
