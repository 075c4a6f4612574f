import type { Inputs } from './contracts.js';
import { addressOf, sizeOf } from './tensors.js';
import type { TensorInfo, WasmBackend } from './tfjs-internals.js';

/** Kernels load whole vectors, so the last load of a row may reach this far beyond a tensor's end. */
const OVERREAD = 64;
/** Scratch space of more than this is given back after the kernel. */
const KEPT_BYTES = 32 * 2 ** 20;
/** Tensors and scratch begin at a multiple of this. */
const ALIGNMENT = 16;

/**
 * tfjs' memory, as kernels need it: where tensors lie, room for outputs, scratch space, and weights in the order in which
 * kernels read them. Addresses are bytes. Any allocation may grow the memory and replace its views: take {@link floats}
 * anew after one.
 */
export class WasmMemory {
  private readonly buffers = new Map<string, { address: number; bytes: number }>();
  private readonly large: string[] = [];
  private readonly packs = new Map<object, Map<string, number>>();
  private readonly keys = new WeakMap<object, number>();
  private lastKey = 0;
  private readonly disposeStock: WasmBackend['disposeData'];
  private readonly disposeIsOwn: boolean;

  constructor(
    readonly backend: WasmBackend,
    private readonly memory: WebAssembly.Memory,
  ) {
    this.disposeStock = backend.disposeData;
    this.disposeIsOwn = Object.hasOwn(backend, 'disposeData');
    backend.disposeData = (dataId, force) => {
      const gone = this.disposeStock.call(backend, dataId, force);
      if (!backend.dataIdMap.has(dataId)) this.freePacks(dataId);
      return gone;
    };
  }

  /** All memory as floats: element `address >>> 2`. */
  get floats(): Float32Array {
    return this.backend.wasm.HEAPF32;
  }

  /** All memory as 32-bit integers. */
  get integers(): Int32Array {
    return this.backend.wasm.HEAP32;
  }

  /** All memory as doubles: element `address / 8`. */
  get doubles(): Float64Array {
    return this.backend.wasm.HEAPF64;
  }

  /** Where a tensor's values lie. */
  address(tensor: TensorInfo): number {
    return addressOf(this.backend, tensor);
  }

  /** Whether vectors may be loaded from all of a tensor without leaving memory. */
  isReadable(tensor: TensorInfo): boolean {
    return this.address(tensor) + 4 * sizeOf(tensor.shape) + OVERREAD <= this.memory.buffer.byteLength;
  }

  /**
   * Calls a kernel, and gives back what only it needs: scratch space that is too large to keep, and copies of inputs that
   * lie so near to memory's end that vectors could not be loaded from all of them.
   */
  call<T>(inputs: Inputs, kernel: (readable: Inputs) => T): T {
    const copies: Record<string, TensorInfo> = {};
    try {
      for (const [name, tensor] of Object.entries(inputs)) {
        if (tensor && !this.isReadable(tensor)) copies[name] = this.copy(tensor);
      }
      return kernel({ ...inputs, ...copies });
    } finally {
      for (const { dataId } of Object.values(copies)) this.backend.disposeData(dataId);
      this.releaseLarge();
    }
  }

  /** A new float32 tensor; its values are whatever lay there. */
  output(shape: number[]): TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** A new float32 tensor of zeros. */
  zeroOutput(shape: number[]): TensorInfo {
    const tensor = this.output(shape);
    const from = this.address(tensor) >>> 2;
    this.floats.fill(0, from, from + sizeOf(tensor.shape));
    return tensor;
  }

  /**
   * Scratch space of at least that many bytes, vectors' overread included, for the time of one kernel. The same name gives
   * the same space, with whatever the last call left there; it moves when it grows.
   */
  scratch(name: string, bytes: number): number {
    const held = this.buffers.get(name);
    if (held && held.bytes >= bytes) return held.address;
    if (held) this.backend.wasm._free(held.address);
    this.buffers.delete(name);
    const address = this.allocate(bytes);
    this.buffers.set(name, { address, bytes });
    if (bytes > KEPT_BYTES) this.large.push(name);
    return address;
  }

  /** Gives back scratch space that is too large to keep. */
  releaseLarge(): void {
    for (let name = this.large.pop(); name !== undefined; name = this.large.pop()) {
      const held = this.buffers.get(name);
      if (held) this.backend.wasm._free(held.address);
      this.buffers.delete(name);
    }
  }

  /** At least that many bytes of zeros. Not to be written to; stays where it is. */
  zeros(bytes: number): number {
    const size = 2 ** Math.ceil(Math.log2(Math.max(bytes, 4096)));
    const name = `zeros ${size}`;
    const known = this.buffers.has(name);
    const address = this.scratch(name, size);
    if (!known) this.backend.wasm.HEAPU8.fill(0, address, address + size + OVERREAD);
    return address;
  }

  /** A vector with zeros behind it up to a multiple of 8 floats, as kernels read biases; without a tensor, zeros. */
  bias(tensor: TensorInfo | undefined, length: number): number {
    const padded = (length + 7) & ~7;
    if (!tensor) return this.zeros(4 * padded);
    const address = this.scratch('bias', 4 * padded);
    const to = address >>> 2;
    const from = this.address(tensor) >>> 2;
    this.floats.copyWithin(to, from, from + length).fill(0, to + length, to + padded);
    return address;
  }

  /** Writes 32-bit integers (offsets that a kernel walks) to scratch space of that name. */
  table(name: string, values: readonly number[]): number {
    const address = this.scratch(name, 4 * values.length);
    this.integers.set(values, address >>> 2);
    return address;
  }

  /**
   * What `fill` makes of a tensor, kept until the tensor's data is disposed of. tfjs never changes a tensor's values in
   * place, a variable that is assigned gets new data, so it cannot go stale.
   *
   * @param key which form of the tensor, its options included
   */
  packed(tensor: TensorInfo, key: string, bytes: number, fill: (address: number) => unknown): number {
    let forms = this.packs.get(tensor.dataId);
    if (!forms) this.packs.set(tensor.dataId, (forms = new Map()));
    let address = forms.get(key);
    if (address === undefined) {
      address = this.allocate(bytes);
      forms.set(key, address);
      fill(address);
    }
    return address;
  }

  /** A number for what lies at a tensor's address: for other values, another one. */
  keyOf({ dataId }: TensorInfo): number {
    const known = this.keys.get(dataId);
    if (known !== undefined) return known;
    this.keys.set(dataId, ++this.lastKey);
    return this.lastKey;
  }

  /** Bytes held as scratch space, and how many packed forms of tensors there are. */
  get usage(): { scratchBytes: number; packedTensors: number } {
    const scratchBytes = [...this.buffers.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    return { scratchBytes, packedTensors: this.packs.size };
  }

  /** Gives everything back and leaves the backend as it was. */
  dispose(): void {
    for (const dataId of [...this.packs.keys()]) this.freePacks(dataId);
    for (const { address } of this.buffers.values()) this.backend.wasm?._free(address);
    this.buffers.clear();
    if (this.disposeIsOwn) this.backend.disposeData = this.disposeStock;
    else delete (this.backend as Partial<WasmBackend>).disposeData; // the prototype's
  }

  /** The same numbers, with room for vectors' overread behind them. */
  private copy(tensor: TensorInfo): TensorInfo {
    const { dataId } = this.backend.makeOutput([sizeOf(tensor.shape) + OVERREAD / 4], tensor.dtype);
    const [from, to] = [this.address(tensor), this.address({ ...tensor, dataId })];
    this.backend.wasm.HEAPU8.copyWithin(to, from, from + 4 * sizeOf(tensor.shape));
    return { ...tensor, dataId };
  }

  private allocate(bytes: number): number {
    const address = this.backend.wasm._malloc((bytes + OVERREAD + ALIGNMENT - 1) & -ALIGNMENT) >>> 0;
    if (address === 0) throw new Error(`@senet/wasm: tfjs' memory has no ${bytes} bytes left`);
    return address;
  }

  private freePacks(dataId: object): void {
    for (const address of this.packs.get(dataId)?.values() ?? []) this.backend.wasm?._free(address);
    this.packs.delete(dataId);
  }
}
