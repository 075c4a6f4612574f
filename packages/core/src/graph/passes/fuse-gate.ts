import type { AnyNode, Node } from '../node.js';
import { GraphEditor, type Pass } from './editor.js';

/**
 * Makes one node of the end of a residual block with a gate of its channels: relu(x · gate + shortcut), which a kernel
 * can compute in one pass over memory where three read and write the map. Exact. It bears the ReLU's name.
 */
export const fuseGate: Pass = ({ graph, state }) => {
  const editor = new GraphEditor(graph, state);
  for (const product of editor.all()) {
    if (product.op !== 'multiply') continue;
    const operands = mapAndGate(editor, product);
    const sum = editor.soleReader(product, 'add');
    const relu = sum && editor.soleReader(sum, 'activation');
    if (!operands || !sum || sum.inputs.length !== 2 || relu?.attributes.activation !== 'relu') continue;
    const shortcut = sum.inputs.find((name) => name !== product.name);
    if (!shortcut || !isLike(editor.get(shortcut), relu)) continue;
    editor.set({ ...relu, op: 'gateAddRelu', attributes: {}, inputs: [...operands, shortcut] } as AnyNode);
  }
  return editor.finish();
};

/** The two factors, the map first; undefined where they are no map `[h, w, c]` and gate `[1, 1, c]`. */
function mapAndGate(editor: GraphEditor, product: Node<'multiply'>): [string, string] | undefined {
  const [a, b, ...others] = product.inputs.map((name) => editor.get(name));
  if (others.length > 0) return undefined;
  if (isLike(a!, product) && isGate(b!, product)) return [a!.name, b!.name];
  return isLike(b!, product) && isGate(a!, product) ? [b!.name, a!.name] : undefined;
}

function isGate({ shape }: Node, product: Node): boolean {
  return shape.length === 3 && shape[0] === 1 && shape[1] === 1 && shape[2] === product.shape[2];
}

function isLike({ shape }: Node, other: Node): boolean {
  return shape.every((size, axis) => size === other.shape[axis]);
}
