import { SenetError } from '../errors.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Graph, Node } from '../graph/node.js';
import type { State } from '../graph/parameter.js';

export interface CompileOptions {
  /** Values to start with. */
  readonly state?: State;
  /** Names of nodes to give out in place of the graph's outputs. */
  readonly outputs?: readonly string[];
}

/** Where no values are given, an assembly draws them. */
export interface LayersOptions extends CompileOptions {
  /** Seed of the random initialisation, 0 by default. */
  readonly seed?: number;
  /** `zeros` skips the random initialisation, for weights that are loaded afterwards. */
  readonly init?: 'random' | 'zeros';
}

/** What `@senet/core/layers` offers to the rest, which never imports TensorFlow.js itself. */
export interface LayersTarget {
  /** Graph → stock `tf.LayersModel`. */
  compile(graph: Graph, options?: CompileOptions): unknown;
  /** A block as a function on `tf.SymbolicTensor`s. */
  applyBlock(
    build: (g: GraphBuilder, x: Node) => Node,
    type: string,
    options?: { name?: string; shared?: boolean },
  ): <T>(x: T) => T;
}

let provided: LayersTarget | undefined;

/** Called by `@senet/core/layers` when it is imported. */
export function provideLayersTarget(target: LayersTarget): void {
  provided = target;
}

/** @throws SenetError `MissingPart` where nothing imported `@senet/core/layers` */
export function layersTarget(): LayersTarget {
  provided ??= requireInNode();
  if (provided) return provided;
  throw new SenetError('MissingPart', 'the TensorFlow.js target is not loaded', {
    expected: "an import of '@senet/core/layers' (or '@senet/core') before this call",
  });
}

/** Node can load the target at the first use; a bundler has to be told by an import. */
function requireInNode(): LayersTarget | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(id: string): { createRequire(url: string): (id: string) => unknown } };
  };
  const module = process?.getBuiltinModule?.('node:module');
  if (!module) return undefined;
  module.createRequire(import.meta.url)('@senet/core/layers');
  return provided;
}
