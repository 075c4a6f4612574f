import { invalid, shortName } from '../bytes.js';
import { readZip, type ZipEntry } from '../zip.js';
import { checkedLength, parseStorageId, StorageTable, WEIGHTS_ALONE } from './storage.js';
import { unpickle } from './unpickler.js';
import type { PickleValue } from './values.js';

const ENDIANNESS = ['little', 'big'] as const;

/**
 * The object in a file of PyTorch 1.6 and later: a zip file with the pickle in `<prefix>/data.pkl`, each storage in
 * `<prefix>/data/<key>` and the byte order in `<prefix>/byteorder` (torch/serialization.py, `_save`).
 *
 * @throws SenetError `FileInvalid`
 */
export function readArchive(bytes: Uint8Array, path: string): PickleValue {
  const entries = readZip(bytes, path);
  const prefix = findPrefix(entries, path);
  const load = (key: string): Uint8Array => {
    const entry = entries.get(`${prefix}data/${key}`);
    if (!entry) throw invalid(`${path}: storage ${shortName(key)}`, 'the file lacks it', `an entry ${prefix}data/…`);
    return entry.bytes();
  };
  const storages = new StorageTable(
    (claim) => checkedLength(load(claim.key), claim, path),
    byteOrder(entries.get(`${prefix}byteorder`), path),
  );
  const pickle = entries.get(`${prefix}data.pkl`)!.bytes();
  const { value } = unpickle(pickle, path, (id, refuse) => storages.resolve(parseStorageId(id, refuse), refuse));
  return value;
}

/** The name of the file when it was written, with a slash; nobody says that it is still that. */
function findPrefix(entries: ReadonlyMap<string, ZipEntry>, path: string): string {
  const names = [...entries.keys()];
  if (names.some((name) => /^[^/]+\/constants\.pkl$/.test(name))) {
    throw invalid(path, 'a TorchScript program', WEIGHTS_ALONE);
  }
  const pickles = names.filter((name) => PICKLE_NAME.test(name));
  if (pickles.length === 1) return pickles[0]!.slice(0, -'data.pkl'.length);
  throw invalid(path, `the zip file has ${pickles.length} entries */data.pkl`, 'one');
}

/** What says that a zip file is PyTorch's. */
export const PICKLE_NAME = /^[^/]+\/data\.pkl$/;

/** Files before PyTorch 2.1 do not say it: all were little-endian. */
function byteOrder(entry: ZipEntry | undefined, path: string): 'little' | 'big' {
  if (!entry) return 'little';
  const text = new TextDecoder().decode(entry.bytes().subarray(0, 8));
  const order = ENDIANNESS.find((known) => known === text);
  if (order) return order;
  throw invalid(`${path}: byteorder`, `'${shortName(text)}'`, ENDIANNESS.join(' or '));
}
