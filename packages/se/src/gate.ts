import { type AttentionContext, type GraphBuilder, type Initializer, type Node, zeros } from '@senet/core/graph';

/**
 * What turns an excitation into a gate.
 *
 * - `sigmoid`: SENet, EfficientNet, ECA, CBAM
 * - `hard-sigmoid`: relu6(x + 3) / 6 (MobileNetV3, GhostNet; PyTorch and Keras 3)
 * - `hard-sigmoid-0.2`: clip(0.2 x + 0.5, 0, 1) (Keras 2, PaddlePaddle)
 * - `tanh`: −1 to 1
 * - `identity-sigmoid`: 2 · sigmoid(x), 1 where the excitation is 0
 * - `identity-tanh`: 1 + tanh(x), likewise
 */
export const GATES = [
  'sigmoid',
  'hard-sigmoid',
  'hard-sigmoid-0.2',
  'tanh',
  'identity-sigmoid',
  'identity-tanh',
] as const;
export type Gate = (typeof GATES)[number];

/** The gate's node is called `gate`. With `init: 'identity'` a gate starts at exactly 1. */
export function applyGate(g: GraphBuilder, x: Node, gate: Gate, { init }: Pick<AttentionContext, 'init'>): Node {
  switch (init === 'identity' ? identityOf(gate) : gate) {
    case 'identity-sigmoid':
      return g.affine(g.sigmoid(x, { name: 'sigmoid' }), { scale: 2, name: 'gate' });
    case 'identity-tanh':
      return g.affine(g.activation(x, 'tanh', { name: 'tanh' }), { offset: 1, name: 'gate' });
    default:
      return g.activation(x, gate as 'sigmoid', { name: 'gate' });
  }
}

/** The gate nearest in kind that is 1 at 0. */
function identityOf(gate: Gate): Gate {
  return gate === 'tanh' || gate === 'identity-tanh' ? 'identity-tanh' : 'identity-sigmoid';
}

/** Initializers of the layer before a gate: zero where the gate is to start at 1. */
export function beforeGate(
  { init }: Pick<AttentionContext, 'init'>,
  gate: Gate,
): { kernel: Initializer; bias: Initializer } | undefined {
  return init === 'identity' || gate.startsWith('identity-') ? { kernel: zeros, bias: zeros } : undefined;
}
