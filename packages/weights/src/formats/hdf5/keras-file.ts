import type { RawTensor, TensorFile } from '../tensor.js';
import { namesIn, readLegacy } from './keras-legacy.js';
import { containerOf, readStore, storeMetadata } from './keras-store.js';
import { Hdf5Node } from './node.js';
import { addTensor, inOrder } from './tensors.js';

/**
 * Reads an HDF5 file of weights, as Keras 2 and 3 write them, without HDF5's own library. The tensors are views into
 * `bytes` where the values lie there in one piece, little-endian.
 *
 * `metadata['keras.layout']` says how the names were found:
 * - `legacy`, `model` (a whole model's `model_weights`): `<layer>/<weight>` from the file's own lists, in their order;
 * - `weights` (`.weights.h5`): `<layer>/<weight>` where the file names its layers, as recent versions of Keras 3 do (by
 *   class, numbered ones of a class in the model's order), else the paths, `layers/conv2d_3/vars/0`; `metadata['keras.names']` is `layers` or `paths`;
 * - none: no file of Keras; the tensors have their paths for names.
 *
 * Where the layers are known, `keras.layers` is a JSON list of those that have weights. With `legacy` and `model` come
 * `keras_version` and `backend` where the file has them.
 *
 * @param path the file's name, for errors
 * @throws SenetError `FileInvalid` for what is no such file, or stores its values outside of itself, unfinished, or as
 *   h5py does with `libver='latest'` only
 * @example
 * const { tensors } = readHdf5(await readFileBytes('resnet50.h5'), 'resnet50.h5');
 * tensors.get('conv1_conv/kernel')!.shape; // [7, 7, 3, 64]
 */
export function readHdf5(bytes: Uint8Array, path = 'hdf5'): TensorFile {
  const root = Hdf5Node.root(bytes, path);
  const model = root.at('model_weights');
  if (model?.isGroup && namesIn(model, 'layer_names')) return legacy(model, 'model');
  if (namesIn(root, 'layer_names')) return legacy(root, 'legacy');
  if (containerOf(root)) {
    const content = readStore(root, { major: 3 });
    return { tensors: content.tensors, metadata: storeMetadata('weights', content) };
  }
  const tensors = new Map<string, RawTensor>();
  collect(root, '', tensors);
  return { tensors, metadata: {} };
}

/** Beside its lists, the texts that a group of layers has are metadata: `keras_version` and `backend` from Keras itself. */
function legacy(group: Hdf5Node, layout: string): TensorFile {
  const { tensors, layers } = readLegacy(group);
  // Without a prototype '__proto__' is a name like any other.
  const metadata: Record<string, string> = Object.create(null);
  for (const [name, [text, ...more]] of group.texts) {
    if (text !== undefined && more.length === 0 && !/^layer_names\d*$/.test(name)) metadata[name] = text;
  }
  metadata['keras.layout'] = layout;
  metadata['keras.layers'] = JSON.stringify(layers);
  return { tensors, metadata };
}

function collect(group: Hdf5Node, prefix: string, tensors: Map<string, RawTensor>): void {
  for (const name of inOrder(group.names)) {
    const member = group.at(name)!;
    if (member.isGroup) collect(member, `${prefix}${name}/`, tensors);
    else addTensor(tensors, prefix + name, member);
  }
}
