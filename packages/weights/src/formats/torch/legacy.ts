import { invalid, shortName } from '../bytes.js';
import { parseStorageId, type StorageClaim, StorageTable } from './storage.js';
import { unpickle } from './unpickler.js';
import { describeValue, type PickleValue, type Refuse, type StorageRef } from './values.js';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const COUNT_BYTES = 8;

/** The magic number as pickles hold it: its bytes from protocol 2 on, its digits before. */
const MAGIC_BYTES = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/** It stands in the file's first pickle, after a protocol and a frame at most. */
const MAGIC_WITHIN = 32;

/** Whether a file begins with the legacy format's magic number. */
export function isLegacy(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, MAGIC_WITHIN));
  return text.includes(String.fromCharCode(...MAGIC_BYTES)) || text.startsWith(`L${MAGIC}L\n`);
}

/**
 * The object in a file of PyTorch before 1.6: pickles of a magic number, a protocol, facts about the machine, the
 * object and the keys of its storages; then the storages in that order, each with its number of elements before it,
 * little-endian on every machine (torch/serialization.py, `_legacy_save`).
 *
 * @throws SenetError `FileInvalid`
 */
export function readLegacy(bytes: Uint8Array, path: string): PickleValue {
  const data = new Map<string, Uint8Array>();
  const storages = new StorageTable(({ key }) => data.get(key)!);
  let at = 0;
  const next = (load: (id: PickleValue, refuse: Refuse) => PickleValue = refuseIds): PickleValue => {
    const { value, end } = unpickle(bytes, path, load, at);
    at = end;
    return value;
  };
  if (next() !== MAGIC) throw invalid(path, 'the magic number is another', `0x${MAGIC.toString(16)}`);
  const protocol = next();
  if (protocol !== PROTOCOL) throw invalid(path, `version ${describeVersion(protocol)}`, `${PROTOCOL}`);
  next(); // byte order and sizes of types on the machine that wrote it: the file does not depend on them
  const object = next((id, refuse) => resolve(storages, parseStorageId(id, refuse), refuse));
  readStorages(next(), bytes, at, storages, data, path);
  return object;
}

function refuseIds(_: PickleValue, refuse: Refuse): never {
  throw refuse('a storage before the object', 'plain data');
}

/** A storage, or the view of one that files before PyTorch 0.4 name by `(key, offset, elements)`. */
function resolve(storages: StorageTable, claim: StorageClaim, refuse: Refuse): StorageRef {
  const storage = storages.resolve(claim, refuse);
  const [view] = claim.rest;
  if (view === undefined || view === null) return storage;
  throw refuse('a view of a storage, as PyTorch before 0.4 wrote them', 'the file saved again by a later PyTorch');
}

function readStorages(
  keys: PickleValue,
  bytes: Uint8Array,
  begin: number,
  storages: StorageTable,
  data: Map<string, Uint8Array>,
  path: string,
): void {
  if (!Array.isArray(keys)) throw invalid(path, `${describeValue(keys)} as the keys of the storages`, 'a list');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = begin;
  for (const key of keys) {
    const claim = typeof key === 'string' ? storages.get(key) : undefined;
    if (typeof key !== 'string' || !claim || data.has(key)) {
      throw invalid(path, `the storages have the key ${describeKey(key)}`, 'each key of the pickle once');
    }
    const place = `${path}: storage ${shortName(key)}`;
    const end = at + COUNT_BYTES + claim.byteLength;
    if (end > bytes.length) throw invalid(place, `the file breaks off at byte ${bytes.length}`, `${end} bytes or more`);
    const byteLength = Number(view.getBigInt64(at, true)) * claim.itemSize;
    if (byteLength !== claim.byteLength) throw invalid(place, `${byteLength} bytes of data`, `${claim.byteLength}`);
    data.set(key, new Uint8Array(bytes.buffer, bytes.byteOffset + at + COUNT_BYTES, byteLength));
    at = end;
  }
  if (data.size !== storages.size) {
    throw invalid(path, `the file has ${data.size} storages`, `the ${storages.size} of the pickle`);
  }
  if (at !== bytes.length) throw invalid(path, `${bytes.length - at} bytes follow the last storage`, 'none');
}

function describeKey(key: PickleValue): string {
  return typeof key === 'string' ? `'${shortName(key)}'` : describeValue(key);
}

function describeVersion(value: PickleValue): string {
  return typeof value === 'number' ? String(value) : describeValue(value);
}
