import { invalid } from '../bytes.js';
import type { TensorFile } from '../tensor.js';
import { readZip, type ZipEntry } from '../zip.js';
import { readStore, type StoredLayer, storeMetadata } from './keras-store.js';
import { Hdf5Node } from './node.js';

const WEIGHTS = 'model.weights.h5';
/** Models within models, at most. */
const MAX_DEPTH = 16;

/**
 * Reads a `.keras` archive of Keras 2.15 or 3: config.json names the layers in order and says which weights they have,
 * so every tensor of a stock layer is `<layer>/<weight>`. Nothing of the configuration is built or run.
 *
 * @throws SenetError `FileInvalid` where an entry is missing or damaged, or configuration and weights are of two models
 */
export function readKerasArchive(bytes: Uint8Array, path = 'keras'): TensorFile {
  const entries = readZip(bytes, path);
  const version = keras(entryOf(entries, 'metadata.json', path), path);
  const layers = layersOf(json(entryOf(entries, 'config.json', path), path), `${path}: config.json`);
  const root = Hdf5Node.root(entryOf(entries, WEIGHTS, path).bytes(), `${path}: ${WEIGHTS}`);
  const content = readStore(root, { layers, major: Number.parseInt(version, 10) });
  return { tensors: content.tensors, metadata: { ...storeMetadata('keras', content), keras_version: version } };
}

function entryOf(entries: ReadonlyMap<string, ZipEntry>, name: string, path: string): ZipEntry {
  const entry = entries.get(name);
  if (!entry) throw invalid(path, `${name} is missing`, `config.json, metadata.json and ${WEIGHTS}`);
  return entry;
}

function json(entry: ZipEntry, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entry.bytes()));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) {
      throw invalid(`${path}: ${entry.name}`, 'this is no JSON', 'a JSON text');
    }
    throw cause;
  }
}

function keras(entry: ZipEntry, path: string): string {
  const version = member(json(entry, path), 'keras_version');
  if (typeof version === 'string' && /^\d+\./.test(version)) return version;
  throw invalid(`${path}: ${entry.name}`, 'no keras_version', 'the version of Keras that wrote it');
}

/** The layers of a functional or sequential model, nested models' with them. */
function layersOf(model: unknown, place: string, depth = 0): StoredLayer[] {
  if (depth > MAX_DEPTH) throw invalid(place, 'models without end', `at most ${MAX_DEPTH} in each other`);
  const layers = member(member(model, 'config'), 'layers');
  if (!Array.isArray(layers)) throw invalid(place, 'the model lists no layers', 'a Functional or Sequential model');
  return layers.filter(isLayer).map((layer: unknown) => {
    const className = member(layer, 'class_name');
    const config = member(layer, 'config');
    const name = member(config, 'name');
    if (typeof className !== 'string' || typeof name !== 'string') {
      throw invalid(place, 'a layer without class or name', 'class_name and config.name');
    }
    const nested = Array.isArray(member(config, 'layers')) ? layersOf(layer, place, depth + 1) : undefined;
    const { use_bias, scale, center } = config as Record<string, unknown>;
    return { class_name: className, config: { name, use_bias, scale, center, ...(nested && { layers: nested }) } };
  });
}

/** Keras 3 lists operations among the layers (`x + y` as `Add`), but counts and stores layers alone. */
function isLayer(entry: unknown): boolean {
  const module = member(entry, 'module');
  return typeof module !== 'string' || !/^keras\.src\.ops\b/.test(module);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
