import type { Assembly, Identity, Parameter } from '@senet/core/graph';
import type { RawTensor, TensorFile } from '../formats/tensor.js';

/** How an ecosystem lays out values: its shapes, and the way from its order to the graph's and back. */
export interface FileLayout {
  shape(parameter: Parameter): readonly number[];
  /** Values in the file's order → in the graph's. */
  fromFile(values: Float32Array, parameter: Parameter): Float32Array;
  /** Values in the graph's order → in the file's. */
  toFile(values: Float32Array, parameter: Parameter): Float32Array;
}

/** How one ecosystem names and lays out the weights of a family. */
export interface Dialect {
  readonly name: string;
  readonly summary: string;
  /**
   * What the network would have to be for these weights, or `undefined` where they are for it. Shapes and key order
   * alone tell nothing: seresnet50 and legacy_seresnet50 agree in both.
   */
  refuses(identity: Identity): string | undefined;
  /** Whether layers have the graph's own names in its files, which are timm's; by default they have not. */
  keepsNames?(identity: Identity): boolean;
  /**
   * Whether a file of these keys may hold such a network: `identifyWeights` looks at a network more closely only then.
   * Without it, it does with every file.
   */
  recognizes?(keys: readonly string[], identity: Identity): boolean;
  /**
   * The key in a file of each of the network's parameters, by the parameter's own key, in the order of the ecosystem's
   * files where that is another than the graph's. Asked only for networks that are not refused.
   */
  keys(assembly: Assembly): ReadonlyMap<string, string>;
  readonly layout: FileLayout;
  /**
   * A parameter's shape in a file where it is another than the layout's: a classifier that the ecosystem has as a 1×1
   * convolution. The values and their order are the same.
   */
  shape?(parameter: Parameter, assembly: Assembly): readonly number[] | undefined;
  /** A file's tensors under the names that `keys` has: for ecosystems that spell or count their layers in several ways. */
  canonical?(file: TensorFile, assembly: Assembly): TensorFile;
  /** Keys in a file that have no counterpart in a graph. */
  ignores?(key: string): boolean;
  /**
   * Looks at what `ignores` leaves out but the network's output depends on.
   *
   * @throws SenetError `WeightsMismatch` where those values are not what the network takes them to be
   */
  check?(file: TensorFile, assembly: Assembly, path: string): void;
  /** What the ecosystem expects in a file beside the parameters. */
  extras?(assembly: Assembly): ReadonlyMap<string, RawTensor>;
}

/** How one parameter stands in a file. */
export interface Entry {
  readonly parameter: Parameter;
  readonly key: string;
  readonly shape: readonly number[];
}

/** How each parameter of a network stands in a file of a dialect, in the file's order. */
export function entriesOf(assembly: Assembly, dialect: Dialect): Entry[] {
  const { parameters } = assembly.graph;
  return [...dialect.keys(assembly)].map(([own, key]) => {
    const parameter = parameters.get(own)!;
    return { parameter, key, shape: shapeIn(dialect, parameter, assembly) };
  });
}

/** A parameter's shape in a file of a dialect. */
export function shapeIn(dialect: Dialect, parameter: Parameter, assembly: Assembly): readonly number[] {
  return dialect.shape?.(parameter, assembly) ?? dialect.layout.shape(parameter);
}

/** A file as a dialect reads it for a network. */
export function readAs(dialect: Dialect, file: TensorFile, assembly: Assembly): TensorFile {
  return dialect.canonical?.(file, assembly) ?? file;
}

/** Whether two dialects read the same tensors of a file to the same values. */
export function readAlike(assembly: Assembly, one: Dialect, other: Dialect): boolean {
  if (one.layout !== other.layout) return false;
  const keys = other.keys(assembly);
  return [...one.keys(assembly)].every(([own, key]) => keys.get(own) === key);
}

/** Keys that follow from the parameters' own, one by one. */
export function keysBy(toKey: (parameter: Parameter) => string): Dialect['keys'] {
  return ({ graph }) => new Map([...graph.parameters.values()].map((parameter) => [parameter.key, toKey(parameter)]));
}

/** Keys that are the parameters' own but for the layers' names. */
export function keysByLayer(namesOf: (assembly: Assembly) => (layer: string) => string): Dialect['keys'] {
  return (assembly) => {
    const nameOf = namesOf(assembly);
    return keysBy(({ key }) => key.replace(/^.*(?=\.[^.]+$)/, nameOf))(assembly);
  };
}

/** Whether one of the keys is like that. */
export function anyKey(pattern: RegExp): (keys: readonly string[]) => boolean {
  return (keys) => keys.some((key) => pattern.test(key));
}

/** `style timm (stride: 3×3 (conv2); max-pool: 3×3 with 1 around)` */
export function describeIdentity({ family, style, semantics }: Identity): string {
  const words = Object.entries(semantics).map(([what, how]) => `${what}: ${how}`);
  return `${/^[aeiou]/.test(family) ? 'an' : 'a'} ${family} of style ${style}${words.length > 0 ? ` (${words.join('; ')})` : ''}`;
}

/** What files of this library say of their network in the metadata, as `senet.family` and so on. */
export function marksOf({ family, style, semantics: { epsilon } }: Identity): Readonly<Record<string, string>> {
  return { family, style, ...(epsilon !== undefined && { epsilon }) };
}

/** No dialect was named. */
export function isAuto(dialect: string | undefined): dialect is 'auto' | undefined {
  return dialect === undefined || dialect === 'auto';
}
