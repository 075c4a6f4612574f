import type { AnyNode } from '../graph/node.js';
import type { ActivationName } from '../graph/ops/elementwise.js';

const NON_NEGATIVE: ReadonlySet<ActivationName> = new Set([
  'relu',
  'relu6',
  'sigmoid',
  'hard-sigmoid',
  'hard-sigmoid-0.2',
  'softplus',
]);

/** Whether no value of a node can be below zero: then zeros pad its max-pool as −∞ would. */
export function isNonNegative(node: AnyNode, find: (name: string) => AnyNode): boolean {
  const inputs = () => node.inputs.every((name) => isNonNegative(find(name), find));
  switch (node.op) {
    case 'activation':
      return NON_NEGATIVE.has(node.attributes.activation);
    case 'softmax':
    case 'gateAddRelu':
      return true;
    case 'add':
    case 'multiply':
    case 'maximum':
    case 'average':
    case 'concatenate':
    case 'pool':
    case 'reduce':
    case 'pad':
    case 'reshape':
    case 'dropout':
    case 'dropPath':
    case 'dropBlock':
      return inputs();
    default:
      return false;
  }
}
