import { hostOrder, invalid, shortName } from './bytes.js';
import type { WeightFormat } from './format.js';
import { encodeNpy, type NpyDType, readNpyBits } from './npy.js';
import { DTYPE_BYTES, type DType, type RawTensor, type TensorFile, tensorLength } from './tensor.js';
import { readZip, writeZip, zipNames } from './zip.js';

const SUFFIX = '.npy';

/** NumPy's types and ours. It has no bfloat16; u2, u4 and u8 are no {@link DType}. */
const NPY_DTYPES: Readonly<Partial<Record<DType, NpyDType>>> = {
  F32: 'f4',
  F16: 'f2',
  F64: 'f8',
  I64: 'i8',
  I32: 'i4',
  I16: 'i2',
  I8: 'i1',
  U8: 'u1',
  BOOL: 'b1',
};
const DTYPE_OF = new Map(Object.entries(NPY_DTYPES).map(([dtype, npy]) => [npy, dtype as DType]));

/**
 * Reads a .npz file: arrays as `numpy.savez` and `savez_compressed` write them, in the file's order, under their names
 * without `.npy`. Big-endian and Fortran order are brought to little-endian and row-major; what already is so and is
 * stored and aligned is a view into `bytes`.
 *
 * @param path the file's name, for errors
 * @throws SenetError `FileInvalid` for whatever is no such file, pickled objects and types that are no {@link DType}
 *   included
 * @example
 * const { tensors } = readNpz(await readFileBytes('weights.npz'), 'weights.npz');
 */
export function readNpz(bytes: Uint8Array, path = 'npz'): TensorFile {
  const tensors = new Map<string, RawTensor>();
  for (const entry of readZip(bytes, path).values()) {
    const place = `${path}: ${shortName(entry.name)}`;
    if (!entry.name.endsWith(SUFFIX)) throw invalid(place, 'the entry is no array', `names that end in ${SUFFIX}`);
    tensors.set(entry.name.slice(0, -SUFFIX.length), readTensor(entry.bytes(), place));
  }
  return { metadata: {}, tensors };
}

function readTensor(npy: Uint8Array, place: string): RawTensor {
  const { dtype: npyDType, shape, data } = readNpyBits(npy, place);
  const dtype = DTYPE_OF.get(npyDType);
  if (!dtype) throw invalid(place, `unknown dtype '${npyDType}'`, `one of ${[...DTYPE_OF.keys()].join(', ')}`);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dtype, shape, bytes: hostOrder(bytes, DTYPE_BYTES[dtype]) };
}

/**
 * Writes a .npz file that `numpy.load` reads, its arrays stored; equal content gives equal bytes. There is no place for
 * metadata in one: it is left out.
 *
 * @throws SenetError `FileInvalid` when a tensor's bytes do not fit its dtype and shape, for BF16, which NumPy has not,
 *   and for names that a zip file cannot have
 * @example
 * const bytes = writeNpz({ tensors: new Map([['fc.bias', fromFloat32(bias, [1000])]]) });
 */
export function writeNpz({ tensors }: Pick<TensorFile, 'tensors'>): Uint8Array {
  const entries = new Map<string, Uint8Array>();
  for (const [name, tensor] of tensors) {
    const place = shortName(name);
    tensorLength(tensor, place);
    const npy = NPY_DTYPES[tensor.dtype];
    if (!npy) throw invalid(place, `NumPy has no ${tensor.dtype}`, `one of ${Object.keys(NPY_DTYPES).join(', ')}`);
    const descr = `${DTYPE_BYTES[tensor.dtype] === 1 ? '|' : '<'}${npy}`;
    entries.set(name + SUFFIX, encodeNpy(descr, tensor.shape, tensor.bytes));
  }
  return writeZip(entries);
}

/** NumPy's zip file of arrays. */
export const npz: WeightFormat = {
  name: 'npz',
  summary: 'NumPy: a zip file of arrays',
  extensions: ['.npz'],
  recognizes: (bytes) => isNpz(zipNames(bytes)),
  read: async ({ bytes, path }) => readNpz(bytes, path),
  write: async (content) => writeNpz(content),
};

function isNpz(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => name.endsWith(SUFFIX));
}
