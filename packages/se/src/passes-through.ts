import type { ActivationName, AnyNode, Graph } from '@senet/core/graph';

/** What is known of a node's value when a model starts: the graph's input as it is, one number everywhere, or nothing. */
type Known = number | 'input' | undefined;

const AT_START: Readonly<Partial<Record<ActivationName, (x: number) => number>>> = {
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  'hard-sigmoid': (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
  'hard-sigmoid-0.2': (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1),
  tanh: Math.tanh,
};

/** Whether a graph gives out its input unchanged at the start, whatever the input is: by its constants alone. */
export function passesThrough(graph: Graph): boolean {
  const known = new Map<string, Known>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => known.get(name));
    known.set(node.name, knownOf(node, inputs, graph));
  }
  return graph.outputs.every((name) => known.get(name) === 'input');
}

function knownOf(node: AnyNode, inputs: readonly Known[], graph: Graph): Known {
  const [x] = inputs;
  const start = (role: keyof AnyNode['parameters'], missing: number): number | undefined => {
    const key = node.parameters[role];
    if (key === undefined) return missing;
    const { initializer } = graph.parameters.get(key)!;
    return initializer.type === 'constant' ? initializer.value : undefined;
  };
  switch (node.op) {
    case 'input':
      return 'input';
    case 'conv2d':
    case 'depthwiseConv2d':
      if (node.attributes.activation) return undefined;
      return x === 0 || start('kernel', 1) === 0 ? start('bias', 0) : undefined;
    case 'conv1d':
    case 'dense':
      return x === 0 || start('kernel', 1) === 0 ? start('bias', 0) : undefined;
    case 'batchNormalization': {
      const [gamma, beta] = [start('gamma', 1), start('beta', 0)];
      return gamma === 0 || (x === 0 && start('movingMean', 0) === 0) ? beta : undefined;
    }
    case 'activation':
      return typeof x === 'number' ? AT_START[node.attributes.activation]?.(x) : undefined;
    case 'affine': {
      const { scale, offset } = node.attributes;
      return typeof x === 'number' ? scale * x + offset : scale === 1 && offset === 0 ? x : undefined;
    }
    case 'add':
      return combined(inputs, 0, (a, b) => a + b);
    case 'multiply':
      return inputs.includes(0) ? 0 : combined(inputs, 1, (a, b) => a * b);
    case 'reshape':
      return typeof x === 'number' ? x : undefined;
    case 'concatenate':
      return inputs.every((value) => value === x) && typeof x === 'number' ? x : undefined;
    case 'reduce':
      return typeof x === 'number' && (node.attributes.kind !== 'sum' || x === 0) ? x : undefined;
    default:
      return undefined;
  }
}

/** A merge of numbers, or of the input with numbers that change nothing. */
function combined(inputs: readonly Known[], neutral: number, merge: (a: number, b: number) => number): Known {
  const numbers = inputs.filter((value) => typeof value === 'number');
  if (numbers.length === inputs.length) return numbers.reduce(merge, neutral);
  const others = inputs.filter((value) => typeof value !== 'number');
  return others.length === 1 && numbers.every((value) => value === neutral) ? others[0] : undefined;
}
