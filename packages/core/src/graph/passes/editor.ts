import { type AnyNode, type Graph, type Node, parameterKeys } from '../node.js';
import type { OpName } from '../ops/index.js';
import type { Parameter, State } from '../parameter.js';

/** A graph with its values. */
export interface Valued {
  readonly graph: Graph;
  readonly state: State;
}

/** What needs values: folding, quantising, exporting. It leaves what it is given as it is. */
export type Pass = (valued: Valued) => Valued;

/** A copy of a graph that a pass changes node by node. Its order is kept; what no output needs is dropped at the end. */
export class GraphEditor {
  private readonly nodes: Map<string, AnyNode>;
  private readonly parameters: Map<string, Parameter>;
  private readonly values: Map<string, Float32Array>;
  private readonly readers = new Map<string, Set<string>>();
  private outputs: string[];

  constructor(
    private readonly graph: Graph,
    state: State,
  ) {
    this.nodes = new Map(graph.nodes.map((node) => [node.name, node]));
    this.parameters = new Map(graph.parameters);
    this.values = new Map(state);
    this.outputs = [...graph.outputs];
    for (const node of graph.nodes) for (const input of node.inputs) this.readersOf(input).add(node.name);
  }

  /** The nodes that were there at the start, in order, each as it is when its turn comes; those that went are left out. */
  *all(): Generator<AnyNode> {
    for (const name of [...this.nodes.keys()]) {
      const node = this.nodes.get(name);
      if (node) yield node;
    }
  }

  get(name: string): AnyNode {
    return this.nodes.get(name)!;
  }

  /** The node of that op which alone reads `node`, where no output does. */
  soleReader<Op extends OpName>(node: Node, op: Op): Node<Op> | undefined {
    const readers = [...this.readersOf(node.name)];
    if (readers.length !== 1 || this.outputs.includes(node.name)) return undefined;
    const reader = this.nodes.get(readers[0]!);
    return reader?.op === op ? (reader as Node<Op>) : undefined;
  }

  /** Whether other nodes use some of a node's parameters. */
  sharesParameters(node: Node): boolean {
    const keys = parameterKeys(node);
    return [...this.nodes.values()].some(
      (other) => other.name !== node.name && parameterKeys(other).some((key) => keys.includes(key)),
    );
  }

  value(key: string): Float32Array {
    return this.values.get(key)!;
  }

  parameter(key: string): Parameter {
    return this.parameters.get(key)!;
  }

  /** Adds a parameter, or changes one. */
  setParameter(parameter: Parameter, values: Float32Array): void {
    this.parameters.set(parameter.key, parameter);
    this.values.set(parameter.key, values);
  }

  /** Takes `gone` away, and puts `node` in the place of its reader, whose name it bears. */
  replaceWithReader(gone: Node, node: AnyNode): void {
    this.remove(gone.name);
    this.set(node);
  }

  /** Replaces a node by another of its name. */
  set(node: AnyNode): void {
    const old = this.nodes.get(node.name);
    if (old) this.unlink(old);
    this.nodes.set(node.name, node);
    this.link(node);
  }

  /** Makes all that read `node` read what it reads. */
  bypass(node: Node): void {
    const [source] = node.inputs as [string];
    for (const name of [...this.readersOf(node.name)]) {
      const reader = this.get(name);
      this.set({ ...reader, inputs: reader.inputs.map((input) => (input === node.name ? source : input)) } as AnyNode);
    }
    this.outputs = this.outputs.map((output) => (output === node.name ? source : output));
    this.remove(node.name);
  }

  finish(): Valued {
    const needed = new Set<string>(this.graph.inputs);
    const open = [...this.outputs];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (needed.has(name) && !this.graph.inputs.includes(name)) continue;
      needed.add(name);
      open.push(...this.get(name).inputs);
    }
    const nodes = [...this.nodes.values()].filter(({ name }) => needed.has(name));
    const keys = new Set(nodes.flatMap(parameterKeys));
    const kept = <T>(map: ReadonlyMap<string, T>) => new Map([...map].filter(([key]) => keys.has(key)));
    const graph = { ...this.graph, nodes, parameters: kept(this.parameters), outputs: this.outputs };
    return { graph, state: kept(this.values) };
  }

  private remove(name: string): void {
    this.unlink(this.get(name));
    this.nodes.delete(name);
  }

  private link(node: AnyNode): void {
    for (const input of node.inputs) this.readersOf(input).add(node.name);
  }

  private unlink(node: AnyNode): void {
    for (const input of node.inputs) this.readersOf(input).delete(node.name);
  }

  private readersOf(name: string): Set<string> {
    let readers = this.readers.get(name);
    if (!readers) this.readers.set(name, (readers = new Set()));
    return readers;
  }
}
