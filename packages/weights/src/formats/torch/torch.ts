import { invalid, shortName } from '../bytes.js';
import type { WeightFormat } from '../format.js';
import type { RawTensor, TensorFile } from '../tensor.js';
import { zipNames } from '../zip.js';
import { PICKLE_NAME, readArchive } from './archive.js';
import { unwrapCheckpoint } from './checkpoint.js';
import { CopyBudget, gatherTensor } from './gather.js';
import { isLegacy, readLegacy } from './legacy.js';

/** Tensors that are no plain views are copied: of a well-meant file each of its bytes once, and rarely any. */
const COPIES_OF_FILE = 4;
const TAR_MAGIC = { at: 257, text: 'ustar' };
/** A zip file that breaks off shows its first name only; PyTorch begins with the pickle or its version. */
const FIRST_NAME = /^[^/]+\/(data\.pkl|version|byteorder|\.format_version|data\/\d+)$/;

export interface ReadTorchOptions {
  /** Under which name a training checkpoint keeps the weights; without it, the first of `CHECKPOINT_ENTRIES`. */
  readonly entry?: string;
}

/**
 * Reads the weights that `torch.save` wrote: a state_dict, or a training checkpoint with one inside, as a zip file
 * (PyTorch 1.6 and later) or in the legacy format. Tensors are views into `bytes` where their strides are row-major,
 * else copies; `module.` and its like are stripped from their names. `metadata` says what was chosen:
 * `checkpoint.entry` and `checkpoint.prefix`.
 *
 * Nothing in the file is run. Its pickle is read by a machine that knows tensors and plain data; every other Python
 * object that it asks for is refused by name.
 *
 * @param path the file's name, for errors
 * @throws SenetError `FileInvalid` for whatever is no such file; for whole models, TorchScript programs and the tar
 *   files of PyTorch before 0.1.10 it says what to save instead
 * @example
 * const { tensors } = readTorch(await readFileBytes('resnet50.pth'), 'resnet50.pth');
 * const kernel = toFloat32(tensors.get('conv1.weight')!, 'resnet50.pth: conv1.weight');
 */
export function readTorch(bytes: Uint8Array, path = 'torch', { entry }: ReadTorchOptions = {}): TensorFile {
  const { tensors: refs, metadata } = unwrapCheckpoint(readObject(bytes, path), path, entry);
  const budget = new CopyBudget(COPIES_OF_FILE * bytes.length);
  const tensors = new Map<string, RawTensor>();
  for (const [name, ref] of refs) tensors.set(name, gatherTensor(ref, budget, `${path}: ${shortName(name)}`));
  return { metadata, tensors };
}

function readObject(bytes: Uint8Array, path: string) {
  if (isLegacy(bytes)) return readLegacy(bytes, path);
  if (isTar(bytes)) {
    throw invalid(path, 'a tar file, as PyTorch before 0.1.10 wrote them', 'it saved again by a later PyTorch');
  }
  return readArchive(bytes, path);
}

function isTar(bytes: Uint8Array): boolean {
  const { at, text } = TAR_MAGIC;
  return String.fromCharCode(...bytes.subarray(at, at + text.length)) === text;
}

function isArchive(bytes: Uint8Array): boolean {
  const names = zipNames(bytes);
  return names.some((name) => PICKLE_NAME.test(name)) || FIRST_NAME.test(names[0] ?? '');
}

/** PyTorch's `torch.save`; only read. */
export const torch: WeightFormat = {
  name: 'torch',
  summary: 'PyTorch: what torch.save wrote of a state_dict or a training checkpoint',
  extensions: ['.pth', '.pt', '.bin', '.pth.tar'],
  recognizes: (bytes) => isArchive(bytes) || isLegacy(bytes) || isTar(bytes),
  read: async ({ bytes, path }) => readTorch(bytes, path),
};
