import type { Assembly, Graph, Identity, Parameter } from '@senet/core/graph';
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
  /**
   * The key in a file of each of the network's parameters, by the parameter's own key, in the order of the ecosystem's
   * files where that is another than the graph's. Asked only for networks that are not refused.
   */
  keys(assembly: Assembly): ReadonlyMap<string, string>;
  readonly layout: FileLayout;
  /** A file's tensors under the names that `keys` has: for ecosystems that count their layers by session. */
  canonical?(file: TensorFile): TensorFile;
  /** Keys in a file that have no counterpart in a graph. */
  ignores?(key: string): boolean;
  /** What the ecosystem expects in a file beside the parameters. */
  extras?(graph: Graph): ReadonlyMap<string, RawTensor>;
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
    return { parameter, key, shape: dialect.layout.shape(parameter) };
  });
}

/** A file as a dialect reads it. */
export function readAs(dialect: Dialect, file: TensorFile): TensorFile {
  return dialect.canonical?.(file) ?? file;
}

/** Keys that follow from the parameters' own, one by one. */
export function keysBy(toKey: (parameter: Parameter) => string): Dialect['keys'] {
  return ({ graph }) => new Map([...graph.parameters.values()].map((parameter) => [parameter.key, toKey(parameter)]));
}

/** `style timm (stride: 3×3 (conv2); max-pool: 3×3 with 1 around)` */
export function describeIdentity({ family, style, semantics }: Identity): string {
  const words = Object.entries(semantics).map(([what, how]) => `${what}: ${how}`);
  return `a ${family} of style ${style}${words.length > 0 ? ` (${words.join('; ')})` : ''}`;
}
