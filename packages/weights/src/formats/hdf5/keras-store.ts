import { invalid } from '../bytes.js';
import type { RawTensor } from '../tensor.js';
import { type LayerConfig, snakeCase, weightNames } from './keras-names.js';
import type { Hdf5Node } from './node.js';
import { addTensor, inOrder } from './tensors.js';

/** A layer as config.json describes it. */
export interface StoredLayer {
  readonly class_name: string;
  readonly config: LayerConfig & { readonly name: string; readonly layers?: readonly StoredLayer[] };
}

/** Random state, which Keras keeps with the weights: dropout's seeds. */
const SEEDS = 'seed_generator';

/** Where Keras 3, and 2.15 in `.keras` files, puts layers: by class and number, whatever they are called. */
const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'];

interface StoreOptions {
  /** The model's layers in order; without them the file's own names of layers are taken, where it has them. */
  readonly layers?: readonly StoredLayer[];
  /** Keras' version: 3 calls a depthwise convolution's kernel `kernel`. */
  readonly major: number;
}

/** The group of layers, where the file has one. */
export function containerOf(group: Hdf5Node): { container: Hdf5Node; name: string } | undefined {
  const name = CONTAINERS.find((candidate) => group.at(candidate)?.isGroup);
  return name === undefined ? undefined : { container: group.at(name)!, name };
}

/** What a file of this kind holds. */
interface StoreContent {
  readonly tensors: Map<string, RawTensor>;
  /** Layers with weights, in the tensors' order. */
  readonly layers: readonly string[];
  /** Whether names are known: without them the tensors are called by their paths, `layers/conv2d_3/vars/0`. */
  readonly isNamed: boolean;
}

/**
 * The weights of a `.weights.h5` file of Keras 3, or of the one in a `.keras` file, with `<layer>/<weight>` as names.
 * Layers of unknown classes keep the numbers of their weights, `my_layer/0`. Without a configuration the order of the
 * layers is unknown: they come by class, those of a class in the model's order.
 */
export function readStore(root: Hdf5Node, options: StoreOptions): StoreContent {
  const found = containerOf(root);
  if (!found) throw invalid(root.place, 'there are no layers', CONTAINERS.join(' or '));
  const { container, name } = found;
  const into: Target = { tensors: new Map(), major: options.major };
  const { tensors } = into;
  if (options.layers) return { tensors, layers: readConfigured(container, '', options.layers, into), isNamed: true };
  if (isLabelled(container)) return { tensors, layers: readLabelled(container, '', into), isNamed: true };
  readPaths(container, name, into);
  return { tensors, layers: [], isNamed: false };
}

/** Where what is read goes, and the version of Keras that wrote it. */
interface Target {
  readonly tensors: Map<string, RawTensor>;
  readonly major: number;
}

/** What the metadata say of it. */
export function storeMetadata(layout: string, { layers, isNamed }: StoreContent): Record<string, string> {
  if (!isNamed) return { 'keras.layout': layout, 'keras.names': 'paths' };
  return { 'keras.layout': layout, 'keras.names': 'layers', 'keras.layers': JSON.stringify(layers) };
}

/** Whether every layer that has weights says what it is called. */
function isLabelled(container: Hdf5Node): boolean {
  return container.names.every((name) => !container.at(`${name}/vars/0`) || labelOf(container, name) !== undefined);
}

/** @returns the layers that have weights, as `readConfigured` does */
function readLabelled(container: Hdf5Node, prefix: string, into: Target): string[] {
  return inOrder(container.names).flatMap((member) => {
    const name = labelOf(container, member) ?? member;
    return readLayer(container.at(member)!, prefix + name, kindOf(member), undefined, into) ? [name] : [];
  });
}

function readConfigured(container: Hdf5Node, prefix: string, layers: readonly StoredLayer[], into: Target): string[] {
  const found: string[] = [];
  const seen = new Map<string, number>();
  const read = new Set<string>();
  for (const { class_name, config } of layers) {
    const kind = snakeCase(class_name);
    const number = seen.get(kind) ?? 0;
    seen.set(kind, number + 1);
    const member = number === 0 ? kind : `${kind}_${number}`;
    const layer = container.at(member);
    if (!layer) continue; // without weights, Keras need not write it
    read.add(member);
    const label = labelOf(container, member);
    if (label !== undefined && label !== config.name) {
      throw invalid(layer.place, `the layer is called '${label}'`, `'${config.name}', as config.json has it`);
    }
    if (readLayer(layer, prefix + config.name, kind, config, into)) found.push(config.name);
  }
  for (const member of container.names) {
    if (read.has(member) || !holdsValues(container.at(member)!)) continue;
    throw invalid(container.place, `config.json has no layer for '${member}'`, 'the configuration of these weights');
  }
  return found;
}

/** @returns whether it has weights */
function readLayer(
  layer: Hdf5Node,
  name: string,
  kind: string,
  config: StoredLayer['config'] | undefined,
  into: Target,
): boolean {
  const before = into.tensors.size;
  const vars = layer.at('vars');
  const numbers = inOrder(vars?.names ?? []);
  const names = weightNames(kind, numbers.length, config, into.major) ?? numbers;
  for (const [i, number] of numbers.entries()) addTensor(into.tensors, `${name}/${names[i]}`, vars!.at(number)!);
  for (const member of inOrder(layer.names)) {
    if (member === 'vars' || member === SEEDS) continue;
    const part = layer.at(member)!;
    const isContainer = CONTAINERS.includes(member);
    if (isContainer && config?.layers) readConfigured(part, `${name}/`, config.layers, into);
    else if (isContainer && !config && isLabelled(part)) readLabelled(part, `${name}/`, into);
    else readPaths(part, `${name}/${member}`, into);
  }
  return into.tensors.size > before;
}

function readPaths(node: Hdf5Node, path: string, into: Target): void {
  if (!node.isGroup) addTensor(into.tensors, path, node);
  for (const member of inOrder(node.names)) {
    if (member !== SEEDS) readPaths(node.at(member)!, `${path}/${member}`, into);
  }
}

function holdsValues(node: Hdf5Node): boolean {
  return !node.isGroup || node.names.some((name) => name !== SEEDS && holdsValues(node.at(name)!));
}

function labelOf(container: Hdf5Node, member: string): string | undefined {
  return container.at(`${member}/vars`)?.texts.get('name')?.[0];
}

function kindOf(member: string): string {
  return member.replace(/_\d+$/, '');
}
