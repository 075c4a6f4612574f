import { hostOrder, invalid, shortName } from '../bytes.js';
import { DTYPE_BYTES } from '../tensor.js';
import { describeValue, Global, type PickleValue, type Refuse, type StorageRef } from './values.js';

/** A storage as a persistent id claims it. */
export interface StorageClaim {
  readonly key: string;
  readonly dtype: StorageRef['dtype'];
  readonly itemSize: number;
  readonly byteLength: number;
  /** What follows in the tuple: the legacy format's view. */
  readonly rest: readonly PickleValue[];
}

/** PyTorch's persistent ids: `('storage', class, key, device, elements)`. */
export function parseStorageId(id: PickleValue, refuse: Refuse): StorageClaim {
  const [kind, type, key, , count, ...rest] = Array.isArray(id) ? id : [];
  if (kind === 'module') throw refuse('a whole model with its source code', WEIGHTS_ALONE);
  if (kind !== 'storage') throw refuse(`${describeValue(kind)} as persistent id`, `a tuple that begins with 'storage'`);
  if (!(type instanceof Global && (type.dtype || type.name.endsWith('UntypedStorage')))) {
    throw refuse(`a storage of ${describeValue(type)}`, 'one of PyTorch’s storage classes');
  }
  if (typeof key !== 'string') throw refuse(`${describeValue(key)} as the key of a storage`, 'text');
  if (!Number.isSafeInteger(count) || (count as number) < 0) {
    throw refuse(`${describeValue(count)} as the elements of storage ${shortName(key)}`, 'a non-negative integer');
  }
  const dtype = type.dtype ?? undefined;
  const itemSize = dtype ? DTYPE_BYTES[dtype] : 1;
  return { key, dtype, itemSize, byteLength: (count as number) * itemSize, rest };
}

export const WEIGHTS_ALONE = 'the weights alone: torch.save(model.state_dict(), file)';

/** The storages of a file by key: all references to one share its bytes, which are got when they are asked for. */
export class StorageTable {
  readonly #storages = new Map<string, StorageRef & { readonly byteLength: number; readonly itemSize: number }>();

  constructor(
    /** The bytes of a storage in the file. */
    private readonly load: (claim: StorageClaim) => Uint8Array,
    private readonly order: 'little' | 'big' = 'little',
  ) {}

  get size(): number {
    return this.#storages.size;
  }

  /** @throws SenetError `FileInvalid` where a storage is claimed in two ways */
  resolve(claim: StorageClaim, refuse: Refuse): StorageRef {
    const { key, dtype, itemSize, byteLength } = claim;
    const known = this.#storages.get(key);
    if (known) {
      if (known.dtype === dtype && known.byteLength === byteLength) return known;
      throw refuse(`storage ${shortName(key)} has two types or sizes`, 'the same each time');
    }
    let bytes: Uint8Array | undefined;
    const load = () => littleEndian(this.load(claim), itemSize, this.order);
    const storage = { kind: 'storage', key, dtype, byteLength, itemSize, bytes: () => (bytes ??= load()) } as const;
    this.#storages.set(key, storage);
    return storage;
  }

  /** What the pickle claims of a storage. */
  get(key: string): { readonly byteLength: number; readonly itemSize: number } | undefined {
    return this.#storages.get(key);
  }
}

/** To the order of this machine, and from that to little-endian: one of the two does nothing. */
function littleEndian(bytes: Uint8Array, itemSize: number, order: 'little' | 'big'): Uint8Array {
  return order === 'little' ? bytes : hostOrder(hostOrder(bytes, itemSize, 'big'), itemSize, 'little');
}

/** @throws SenetError `FileInvalid` unless the file has as many bytes as the pickle claims */
export function checkedLength(bytes: Uint8Array, { key, byteLength }: StorageClaim, path: string): Uint8Array {
  if (bytes.length === byteLength) return bytes;
  throw invalid(`${path}: storage ${shortName(key)}`, `${bytes.length} bytes of data`, `${byteLength}`);
}
