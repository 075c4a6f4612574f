import type { OpAttributes, OpName } from './ops/index.js';
import type { Parameter, Role } from './parameter.js';
import type { Shape } from './shape.js';

/** One step of a graph. */
export interface Node<Op extends OpName = OpName> {
  /** Unique in the graph; timm's key where timm has one: `layer1.0.se.fc1`. */
  readonly name: string;
  readonly op: Op;
  readonly attributes: OpAttributes[Op];
  /** Names of the nodes it reads. */
  readonly inputs: readonly string[];
  readonly shape: Shape;
  /** Role → parameter key. */
  readonly parameters: Readonly<Partial<Record<Role, string>>>;
  /** The part of the network it belongs to: `stem`, a stage's name, `head`. */
  readonly stage: string;
}

/** A node of any op, as a union: `switch (node.op)` narrows its attributes. */
export type AnyNode = { [Op in OpName]: Node<Op> }[OpName];

/** A model as data: nodes in order (inputs before their readers), and the table of parameters they share. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly AnyNode[];
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Names of the input nodes. */
  readonly inputs: readonly string[];
  /** Names of the output nodes. */
  readonly outputs: readonly string[];
}

/** The keys of the parameters a node references, in the op's order. */
export function parameterKeys(node: { readonly parameters: Node['parameters'] }): string[] {
  return Object.values(node.parameters) as string[];
}
