import type { Graph, Identity, Parameter } from '@senet/core/graph';
import type { RawTensor } from '../formats/tensor.js';

/** How one parameter stands in a file. */
export interface Entry {
  readonly key: string;
  readonly shape: readonly number[];
  /** Values in the file's order → in the graph's. */
  fromFile(values: Float32Array): Float32Array;
  /** Values in the graph's order → in the file's. */
  toFile(values: Float32Array): Float32Array;
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
  entry(parameter: Parameter): Entry;
  /** Keys in a file that have no counterpart in a graph. */
  ignores?(key: string): boolean;
  /** What the ecosystem expects in a file beside the parameters. */
  extras?(graph: Graph): ReadonlyMap<string, RawTensor>;
}

/** `style timm (stride: 3×3 (conv2); max-pool: 3×3 with 1 around)` */
export function describeIdentity({ family, style, semantics }: Identity): string {
  const words = Object.entries(semantics).map(([what, how]) => `${what}: ${how}`);
  return `a ${family} of style ${style}${words.length > 0 ? ` (${words.join('; ')})` : ''}`;
}
