import type { AnyNode, Node } from '../node.js';
import type { ActivationName } from '../ops/elementwise.js';
import { GraphEditor, type Pass } from './editor.js';

/** The activations that convolution kernels apply as they write. */
const FUSED: ReadonlySet<ActivationName> = new Set(['relu', 'relu6', 'elu', 'sigmoid']);

/** Gives convolutions the activation that follows them and is their only reader. */
export const fuseActivation: Pass = ({ graph, state }) => {
  const editor = new GraphEditor(graph, state);
  for (const node of editor.all()) {
    if (node.op !== 'conv2d' && node.op !== 'depthwiseConv2d') continue;
    const next = editor.soleReader(node, 'activation');
    const taken = (node.attributes.activation ?? 'linear') !== 'linear';
    if (next && !taken && !isOurs(node) && FUSED.has(next.attributes.activation)) fuse(editor, node, next);
  }
  return editor.finish();
};

/** Grouped and dilated depthwise convolutions run in a layer of ours, which has no activation. */
function isOurs({ op, attributes }: Node<'conv2d'> | Node<'depthwiseConv2d'>): boolean {
  return op === 'conv2d' ? attributes.groups > 1 : Math.max(...attributes.dilation) > 1;
}

function fuse(
  editor: GraphEditor,
  node: Node<'conv2d'> | Node<'depthwiseConv2d'>,
  { name, attributes }: Node<'activation'>,
): void {
  const fused = { ...node, name, attributes: { ...node.attributes, activation: attributes.activation } } as AnyNode;
  editor.replaceWithReader(node, fused);
}
