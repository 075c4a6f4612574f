import { SenetError } from '../errors.js';
import { type AnyNode, type Graph, type Node, parameterKeys } from './node.js';
import { type Naming, OpBuilder } from './op-builder.js';
import { definitionOf, type OpAttributes, type OpName } from './ops/index.js';
import type { Parameter, ParameterSlot, Role } from './parameter.js';
import type { Shape } from './shape.js';

/** A node that is still open: the builder may rename it and change what it reads. */
class OpenNode implements Node {
  /** Who reads it now, watchers included. */
  readonly readers: Edge[] = [];

  constructor(
    public name: string,
    readonly op: OpName,
    readonly attributes: OpAttributes[OpName],
    readonly sources: OpenNode[],
    readonly shape: Shape,
    readonly parameters: Readonly<Partial<Record<Role, string>>>,
    readonly stage: string,
  ) {
    for (const [input, source] of sources.entries()) source.readers.push({ node: this, input });
  }

  get inputs(): string[] {
    return this.sources.map((source) => source.name);
  }
}

/** Where one node reads another: the `input`-th input of `node`. */
export interface Edge {
  readonly node: Node;
  readonly input: number;
}

/**
 * Builds a graph, node by node. Every method checks the shapes at once and returns the new node; names are made of
 * the scopes that are open and the name that is given.
 *
 * @example
 * ```ts
 * const g = new GraphBuilder('tiny');
 * const x = g.input([32, 32, 3]);
 * const y = g.scope('layer1', () => g.conv2d(x, { filters: 8, kernel: 3, padding: 'same', name: 'conv1' }));
 * y.name;  // 'layer1.conv1'
 * y.shape; // [32, 32, 8]
 * const graph = g.finish([g.relu(y)]);
 * ```
 */
export class GraphBuilder extends OpBuilder {
  private readonly nodes: OpenNode[] = [];
  private readonly byName = new Map<string, OpenNode>();
  private readonly usedScopes = new Set<string>();
  private readonly watchers = new Set<OpenNode>();
  private readonly parameters = new Map<string, Parameter>();
  private scopes: string[] = [];
  private currentStage = '';

  constructor(readonly name: string = 'model') {
    super();
  }

  /** Runs `build` with `name` before the names of all nodes it makes. Scopes nest. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.scopes;
    this.scopes = name === '' ? outer : [...outer, name];
    try {
      return build();
    } finally {
      this.scopes = outer;
    }
  }

  /** Runs `build` with its nodes counted to the stage `name` in a plan. */
  stage<T>(name: string, build: () => T): T {
    const outer = this.currentStage;
    this.currentStage = name;
    try {
      return build();
    } finally {
      this.currentStage = outer;
    }
  }

  /** Any op, with all of its attributes. */
  node<Op extends OpName>(op: Op, inputs: readonly Node[], attributes: OpAttributes[Op], naming: Naming = {}): Node {
    const sources = inputs.map((input) => this.open(input));
    const name = this.fullName(op, naming.name);
    const { shape, slots } = this.checked(name, op, sources, attributes);
    const parameters = naming.share
      ? this.shared(name, op, attributes, slots, this.open(naming.share))
      : this.declare(name, slots, naming.initializers);
    const stage = this.currentStage || sources[0]?.stage || '';
    const node = new OpenNode(name, op, attributes, sources, shape, parameters, stage);
    this.nodes.push(node);
    this.register(name, node);
    return node;
  }

  /** The node of that name, if there is one. */
  find(name: string): Node | undefined {
    return this.byName.get(name);
  }

  /** The full name that `name` has in the current scope. */
  path(name: string): string {
    return [...this.scopes, name].filter((part) => part !== '').join('.');
  }

  /** The names of all nodes so far, in order, or of those that were made after the first `from`. */
  names(from = 0): string[] {
    return this.nodes.slice(from).map(({ name }) => name);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.length;
  }

  /** Whether a node has that full name, or a name under it. */
  isTaken(name: string): boolean {
    return this.byName.has(name) || this.usedScopes.has(name);
  }

  /** The keys of all parameters declared so far. */
  parameterKeys(): ReadonlySet<string> {
    return new Set(this.parameters.keys());
  }

  /** Every place that reads `node` now. */
  readersOf(node: Node): Edge[] {
    return [...this.open(node).readers];
  }

  /** An edge from outside the graph, for outputs and taps: it follows `node` when its readers are rewired. */
  watch(node: Node): Edge {
    const watcher = new OpenNode(
      `watcher ${this.watchers.size}`,
      'concatenate',
      {},
      [this.open(node)],
      node.shape,
      {},
      '',
    );
    this.watchers.add(watcher);
    return { node: watcher, input: 0 };
  }

  /** What an edge reads now. */
  sourceOf(edge: Edge): Node {
    return this.open(edge.node).sources[edge.input]!;
  }

  /** Makes an edge read `source` instead. */
  rewire(edge: Edge, source: Node): void {
    const [reader, next] = [this.open(edge.node), this.open(source)];
    const { readers } = reader.sources[edge.input]!;
    const place = readers.findIndex(({ node, input }) => node === reader && input === edge.input);
    next.readers.push(...readers.splice(place, 1));
    reader.sources[edge.input] = next;
  }

  /** Gives a node another full name; its parameters keep their keys. */
  rename(node: Node, name: string): void {
    const open = this.open(node);
    if (open.name === name) return;
    this.refuseTaken(name);
    this.byName.delete(open.name);
    open.name = name;
    this.register(name, open);
  }

  /** The finished graph: what the outputs need, in order, and nothing else. Inputs stay even where nothing reads them. */
  finish(outputs: readonly Node[]): Graph {
    const ordered = this.inOrder(outputs.map((output) => this.open(output)));
    const used = new Set(ordered.flatMap((node) => parameterKeys(node)));
    return {
      name: this.name,
      nodes: ordered.map(close),
      parameters: new Map([...this.parameters].filter(([key]) => used.has(key))),
      inputs: ordered.filter(({ op }) => op === 'input').map(({ name }) => name),
      outputs: outputs.map(({ name }) => name),
    };
  }

  private checked<Op extends OpName>(name: string, op: Op, sources: readonly OpenNode[], attributes: OpAttributes[Op]) {
    const definition = definitionOf(op);
    const { min, max } = definition.inputs;
    const shapes = sources.map((source) => source.shape);
    if (shapes.length < min || shapes.length > max) {
      const expected = min === max ? `${min}` : `at least ${min}`;
      throw new SenetError('ShapeMismatch', `'${op}' got ${shapes.length} inputs`, { path: name, expected });
    }
    try {
      const slots = definition.parameters?.(attributes, shapes) ?? [];
      return { slots, shape: definition.shape(attributes, shapes) };
    } catch (error) {
      if (!(error instanceof SenetError) || error.path !== undefined) throw error;
      const reads = sources.map((source) => source.name).join(', ');
      const { code, problem, expected } = error;
      throw new SenetError(code, `${op} of ${reads || 'nothing'}: ${problem}`, { path: name, expected, cause: error });
    }
  }

  /** The parameters of `other`: a target has one layer for both, so all that makes the layer must agree. */
  private shared<Op extends OpName>(
    name: string,
    op: Op,
    attributes: OpAttributes[Op],
    slots: readonly ParameterSlot[],
    other: OpenNode,
  ): OpenNode['parameters'] {
    const same = (key: string) =>
      JSON.stringify(attributes[key as never]) === JSON.stringify(other.attributes[key as never]);
    const alike = other.op === op && (op === 'foreign' || Object.keys(attributes).every(same));
    const fits = ({ role, shape }: ParameterSlot) =>
      String(this.parameters.get(other.parameters[role] ?? '')?.shape) === String(shape);
    if (alike && slots.every(fits)) return other.parameters;
    throw new SenetError('ShapeMismatch', `cannot share the parameters of '${other.name}'`, {
      path: name,
      expected: `its op (${other.op}), its attributes and its input's channels`,
    });
  }

  private declare(
    name: string,
    slots: readonly ParameterSlot[],
    initializers: Naming['initializers'] = {},
  ): Partial<Record<Role, string>> {
    const keys: Partial<Record<Role, string>> = {};
    for (const { suffix, ...slot } of slots) {
      const key = `${name}.${suffix}`;
      if (this.parameters.has(key))
        throw new SenetError('DuplicateName', 'there is a parameter of that key', { path: key });
      this.parameters.set(key, { key, ...slot, initializer: initializers[slot.role] ?? slot.initializer });
      keys[slot.role] = key;
    }
    return keys;
  }

  private register(name: string, node: OpenNode): void {
    this.byName.set(name, node);
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
      this.usedScopes.add(name.slice(0, dot));
  }

  private fullName(op: OpName, name: string | undefined): string {
    if (name !== undefined) {
      const full = this.path(name);
      this.refuseTaken(full);
      return full;
    }
    const base = this.path(op);
    let numbered = base;
    for (let i = 1; this.byName.has(numbered); i++) numbered = `${base}_${i}`;
    return numbered;
  }

  private refuseTaken(name: string): void {
    const expected = 'a name that no other node has';
    if (this.byName.has(name))
      throw new SenetError('DuplicateName', 'there is a node of that name', { path: name, expected });
    if (name === '' || name.includes('/')) {
      throw new SenetError('ConfigInvalid', `'${name}' cannot name a node`, {
        path: name,
        expected: "letters, digits, '.', '_', but no '/'",
      });
    }
  }

  private open(node: Node): OpenNode {
    if (this.watchers.has(node as OpenNode)) return node as OpenNode;
    const found = this.byName.get(node.name);
    if (found !== node)
      throw new SenetError('UnknownName', 'this node belongs to another builder', { path: node.name });
    return found;
  }

  private inOrder(outputs: readonly OpenNode[]): OpenNode[] {
    const wanted = new Set<OpenNode>(this.nodes.filter(({ op }) => op === 'input'));
    const open = [...outputs];
    for (let node = open.pop(); node; node = open.pop()) {
      if (!wanted.has(node) || node.op === 'input') {
        wanted.add(node);
        open.push(...node.sources);
      }
    }
    const ordered = new Set<OpenNode>();
    const visit = (node: OpenNode): void => {
      if (ordered.has(node)) return;
      for (const source of node.sources) visit(source);
      ordered.add(node);
    };
    for (const node of this.nodes) if (wanted.has(node)) visit(node);
    return [...ordered];
  }
}

function close({ name, op, attributes, inputs, shape, parameters, stage }: OpenNode): AnyNode {
  return { name, op, attributes, inputs, shape, parameters, stage } as AnyNode;
}
