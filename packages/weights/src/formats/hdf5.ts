import { invalid } from './bytes.js';
import type { FormatSource, WeightFormat } from './format.js';
import { readKerasArchive } from './hdf5/keras-archive.js';
import { readHdf5 } from './hdf5/keras-file.js';
import { writeLegacy } from './hdf5/keras-writer.js';
import { isHdf5 } from './hdf5/superblock.js';
import { zipNames } from './zip.js';

/**
 * Keras: HDF5 files of weights or whole models, and `.keras` archives with one in them.
 *
 * Read and written here, and not by h5wasm (the HDF5 library as WebAssembly, 0.10): that was built, too, and measured. A
 * mutated Keras file in about 1,200 keeps HDF5 busy for ever, 8 kB can make it take 1.7 GB, its memory never shrinks, and
 * it says neither how many bytes a dataset has stored nor whether half floats are bfloat16. Here every byte is looked at
 * once, in a tenth of the time, and in pages 27 kB do what 5.6 MB did.
 */
export const hdf5: WeightFormat = {
  name: 'hdf5',
  summary: 'Keras: .h5 of weights or models, .weights.h5, .keras',
  extensions: ['.h5', '.hdf5', '.keras'],
  recognizes: (bytes) => isHdf5(bytes) || zipNames(bytes).includes('model.weights.h5'),
  read: async ({ bytes, path }: FormatSource) => {
    if (isHdf5(bytes)) return readHdf5(bytes, path);
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readKerasArchive(bytes, path);
    throw invalid(path, 'this is neither HDF5 nor a .keras archive', `'\\x89HDF' or 'PK' as its first bytes`);
  },
  write: async (content) => writeLegacy(content),
};
