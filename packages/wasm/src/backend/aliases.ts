import { addressOf, sizeOf } from './tensors.js';
import type { TensorInfo, Tf, WasmBackend } from './tfjs-internals.js';

/** Float32 tensors that lie within the memory of others, without a copy. Addresses are bytes. */
export class Aliases {
  constructor(private readonly backend: WasmBackend) {}

  /** Where a tensor's values lie. */
  address(tensor: TensorInfo): number {
    return addressOf(this.backend, tensor);
  }

  /** A tensor's values where they lie. Any allocation may end that: take them anew after one. */
  values(tensor: TensorInfo): Float32Array {
    const from = this.address(tensor) >>> 2;
    return this.backend.wasm.HEAPF32.subarray(from, from + sizeOf(tensor.shape));
  }

  /** Lends a tensor of what lies at an address. Disposing of it would free what is not its own, so it is only forgotten. */
  lend<T>(address: number, shape: number[], use: (alias: TensorInfo) => T): T {
    const { dataIdMap, wasm } = this.backend;
    const alias = this.backend.makeOutput(shape, 'float32', address);
    try {
      return use(alias);
    } finally {
      wasm.tfjs.disposeData(dataIdMap.get(alias.dataId)!.id);
      dataIdMap.delete(alias.dataId);
    }
  }
}

/** Undefined where kernels do not read what an alias stands for, or it does not go without a trace. */
export function aliasesOf(tf: Tf, backend: WasmBackend): Aliases | undefined {
  const aliases = new Aliases(backend);
  const tensor = tf.tensor1d([1, 2, 3, 4]);
  try {
    const tensors = backend.numDataIds();
    const last = aliases.lend(aliases.address(tensor) + 8, [2], (alias) => {
      const negative = tf.getKernel('Neg', 'wasm')!.kernelFunc({ inputs: { x: alias }, backend });
      return tf.tidy(() =>
        Array.from(
          tf
            .engine()
            .makeTensorFromTensorInfo(negative as TensorInfo)
            .dataSync(),
        ),
      );
    });
    const works = last.join() === '-3,-4' && tensor.arraySync().join() === '1,2,3,4';
    return works && backend.numDataIds() === tensors ? aliases : undefined;
  } catch {
    return undefined;
  } finally {
    tensor.dispose();
  }
}
