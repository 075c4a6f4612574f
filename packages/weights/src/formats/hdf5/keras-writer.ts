import { invalid, shortName } from '../bytes.js';
import { type RawTensor, type TensorFile, tensorLength } from '../tensor.js';
import { type Attributes, FileWriter, MAX_ATTRIBUTE_BYTES } from './file-writer.js';

/** A group to write: its members are groups or tensors. */
interface Group {
  readonly members: Map<string, Group | RawTensor>;
  attributes: Attributes;
}

/** What is not trained: Keras fills a layer, a nested model too, in the order of `layer.weights`, these last. */
const STATISTIC = /\/(moving_mean|moving_variance|mean|variance|count)$/;

/** Names within a key, at most: groups that deep in each other are read nowhere. */
const MAX_PARTS = 24;

/** What this library says of how it read a file; no part of the file. */
const OWN = /^keras\.(layout|layers|names)$/;

/**
 * Writes weights as Keras 2 does, which `model.load_weights('x.h5')` of Keras 2 and 3 opens, by name or in the order of
 * the layers. Names are `<layer>/<weight>`, layers in the order of their first weight. A layer's name is all up to the
 * last '/', unless `metadata['keras.layers']`, a JSON list, has a name that the key begins with. Other metadata
 * become attributes beside `backend` and `keras_version` (`tensorflow` and `2.15.0` unless given).
 *
 * @throws SenetError `FileInvalid` for a name that HDF5 or Keras cannot have, and tensors whose bytes do not fit
 */
export function writeLegacy({ tensors, metadata }: TensorFile): Uint8Array {
  const own = Object.entries(metadata).filter(([name]) => !OWN.test(name));
  const root: Group = { members: new Map(), attributes: {} };
  const layers = byLayer(tensors, declaredLayers(metadata['keras.layers']));
  for (const [layer, members] of layers) {
    const weights = new Map([...members].sort(([a], [b]) => Number(STATISTIC.test(a)) - Number(STATISTIC.test(b))));
    const group = groupAt(root, layer.split('/'), layer);
    group.attributes = list('weight_names', [...weights.keys()].map(weightName));
    for (const [key, tensor] of weights) {
      tensorLength(tensor, shortName(key));
      const path = weightName(key).split('/');
      const holder = groupAt(group, path.slice(0, -1), key);
      if (holder.members.has(path.at(-1)!)) throw invalid(shortName(key), 'the name is a layer, too', 'another name');
      holder.members.set(path.at(-1)!, tensor);
    }
  }
  root.attributes = {
    ...list(
      'layer_names',
      [...layers.keys()].filter((layer) => layer !== 'top_level_model_weights'),
    ),
    ...Object.fromEntries([['backend', 'tensorflow'], ['keras_version', '2.15.0'], ...own]),
  };
  const writer = new FileWriter();
  return writer.finish(write(writer, root, 'hdf5'));
}

const weightName = (key: string) => `${key}:0`;

function declaredLayers(json: string | undefined): readonly string[] {
  if (json === undefined) return [];
  try {
    const layers: unknown = JSON.parse(json);
    if (Array.isArray(layers) && layers.every((layer) => typeof layer === 'string')) return layers;
  } catch {
    // as below
  }
  throw invalid('keras.layers', 'this is no list of names', 'a JSON array of strings');
}

function byLayer(
  tensors: ReadonlyMap<string, RawTensor>,
  declared: readonly string[],
): Map<string, Map<string, RawTensor>> {
  const known = new Set(declared);
  const layers = new Map<string, Map<string, RawTensor>>();
  for (const [key, tensor] of tensors) {
    const layer = layerOf(key, known);
    const weights = layers.get(layer) ?? new Map<string, RawTensor>();
    layers.set(layer, weights.set(key, tensor));
  }
  return layers;
}

/** The longest layer that the key begins with, else all before the last '/'. */
function layerOf(key: string, known: ReadonlySet<string>): string {
  const parts = key.split('/');
  if (parts.length < 2 || parts.length > MAX_PARTS || parts.some((part) => part === '' || part === '.')) {
    throw invalid(shortName(key), 'this is no name of a weight in Keras', `'<layer>/<weight>'`);
  }
  for (let length = parts.length - 1; length > 0; length--) {
    const candidate = parts.slice(0, length).join('/');
    if (known.has(candidate)) return candidate;
  }
  return parts.slice(0, -1).join('/');
}

function groupAt(root: Group, path: readonly string[], key: string): Group {
  let group = root;
  for (const name of path) {
    const member = group.members.get(name) ?? { members: new Map(), attributes: {} };
    if (!('members' in member)) throw invalid(shortName(key), `'${shortName(name)}' is a weight, too`, 'another name');
    group.members.set(name, member);
    group = member;
  }
  return group;
}

/** A list of names, in several attributes where one cannot hold it. */
function list(name: string, texts: readonly string[]): Attributes {
  const width = Math.max(1, ...texts.map((text) => new TextEncoder().encode(text).length));
  const perPart = Math.max(1, Math.floor(MAX_ATTRIBUTE_BYTES / width));
  if (texts.length <= perPart) return { [name]: texts };
  const parts = Math.ceil(texts.length / perPart);
  return Object.fromEntries(
    Array.from({ length: parts }, (_, i) => [`${name}${i}`, texts.slice(i * perPart, (i + 1) * perPart)]),
  );
}

function write(writer: FileWriter, group: Group, place: string): number {
  const addresses = new Map<string, number>();
  for (const [name, member] of group.members) {
    const address = 'members' in member ? write(writer, member, name) : writer.dataset(member);
    addresses.set(name, address);
  }
  return writer.group(addresses, group.attributes, shortName(place));
}
