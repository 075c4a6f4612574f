import { zeros } from '../initializer.js';
import type { AnyNode, Node } from '../node.js';
import type { Parameter } from '../parameter.js';
import { GraphEditor, type Pass } from './editor.js';

type Convolution = Node<'conv2d'> | Node<'depthwiseConv2d'>;

/**
 * Folds batch normalizations into the convolutions before them: W′ = W · γ / √(σ² + ε), b′ = β + (b − μ) · γ / √(σ² + ε)
 * along the outputs. Computed in float64; exact but for rounding. For inference: the statistics are constants then.
 *
 * A normalization stays where its convolution has other readers, is an output, or shares its weights.
 */
export const foldBatchNormalization: Pass = ({ graph, state }) => {
  const editor = new GraphEditor(graph, state);
  for (const node of editor.all()) {
    if (node.op !== 'conv2d' && node.op !== 'depthwiseConv2d') continue;
    const norm = editor.soleReader(node, 'batchNormalization');
    if (norm && !editor.sharesParameters(node) && !editor.sharesParameters(norm)) fold(editor, node, norm);
  }
  return editor.finish();
};

function fold(editor: GraphEditor, convolution: Convolution, norm: Node<'batchNormalization'>): void {
  const { gamma, beta, movingMean, movingVariance } = norm.parameters;
  const mean = editor.value(movingMean!);
  const variance = editor.value(movingVariance!);
  const scale = Float64Array.from(
    variance,
    (v, i) => (gamma ? editor.value(gamma)[i]! : 1) / Math.sqrt(v + norm.attributes.epsilon),
  );
  const kernel = editor.parameter(convolution.parameters.kernel!);
  editor.setParameter(kernel, scaled(editor.value(kernel.key), scale));

  const oldBias = convolution.parameters.bias;
  const bias = Float32Array.from(mean, (m, i) => {
    const shift = (oldBias ? editor.value(oldBias)[i]! : 0) - m;
    return (beta ? editor.value(beta)[i]! : 0) + shift * scale[i]!;
  });
  const key = oldBias ?? kernel.key.replace(/weight$/, 'bias');
  const parameter: Parameter = {
    key,
    role: 'bias',
    shape: [mean.length],
    layout: 'C',
    trainable: true,
    initializer: zeros,
  };
  editor.setParameter(parameter, bias);

  const folded = {
    ...convolution,
    name: norm.name,
    attributes: { ...convolution.attributes, bias: true },
    parameters: { kernel: kernel.key, bias: key },
  } as AnyNode;
  editor.replaceWithReader(convolution, folded);
}

/** A kernel with its last axis scaled. */
function scaled(kernel: Float32Array, scale: Float64Array): Float32Array {
  const result = new Float32Array(kernel.length);
  for (let row = 0; row < kernel.length; row += scale.length) {
    for (let i = 0; i < scale.length; i++) result[row + i] = kernel[row + i]! * scale[i]!;
  }
  return result;
}
