import { zeros } from '../initializer.js';
import type { AnyNode, Node } from '../node.js';
import type { Parameter } from '../parameter.js';
import { GraphEditor, type Pass } from './editor.js';

/**
 * Pulls the squeeze of an SE before the 1×1 convolution that it follows: the mean over space commutes with it, so that
 * convolution (W₃, b₃) and the excitation's first layer (W₁, b₁) become one matrix, W₁ W₃ with bias W₁ b₃ + b₁, on the
 * means of the convolution's input. In a bottleneck that is a quarter of the channels to read. Computed in float64;
 * exact but for rounding.
 *
 * For squeezes by the mean whose only reader is a 1×1 convolution, after a 1×1 convolution of stride 1 without groups,
 * padding or activation: fold batch normalizations first.
 */
export const pullSqueeze: Pass = ({ graph, state }) => {
  const editor = new GraphEditor(graph, state);
  for (const squeeze of editor.all()) {
    if (
      squeeze.op !== 'reduce' ||
      squeeze.attributes.kind !== 'mean' ||
      squeeze.attributes.over !== 'space' ||
      !squeeze.attributes.keepDims
    )
      continue;
    const source = editor.get(squeeze.inputs[0]!);
    const first = editor.soleReader(squeeze, 'conv2d');
    if (source.op !== 'conv2d' || !first || !isPointwise(source) || !isPointwise(first)) continue;
    if (editor.sharesParameters(first) || inputChannels(editor, source) >= source.attributes.filters) continue;
    pull(editor, source, squeeze, first);
  }
  return editor.finish();
};

function isPointwise({ attributes }: Node<'conv2d'>): boolean {
  const { kernel, strides, groups, padding, activation = 'linear' } = attributes;
  const one = [...kernel, ...strides].every((size) => size === 1);
  const unpadded = typeof padding === 'string' || padding.every((amount) => amount === 0);
  return one && groups === 1 && unpadded && activation === 'linear';
}

function inputChannels(editor: GraphEditor, node: Node<'conv2d'>): number {
  return editor.parameter(node.parameters.kernel!).shape[2]!;
}

function pull(editor: GraphEditor, source: Node<'conv2d'>, squeeze: Node<'reduce'>, first: Node<'conv2d'>): void {
  const inputs = inputChannels(editor, source);
  const { filters: middle } = source.attributes;
  const { filters: reduced } = first.attributes;
  const before = editor.value(source.parameters.kernel!);
  const after = editor.value(first.parameters.kernel!);

  const kernel = editor.parameter(first.parameters.kernel!);
  const product = multiply(before, after, inputs, middle, reduced);
  editor.setParameter({ ...kernel, shape: [1, 1, inputs, reduced] }, product);

  const sourceBias = source.parameters.bias ? editor.value(source.parameters.bias) : new Float32Array(middle);
  const firstBias = first.parameters.bias ? editor.value(first.parameters.bias) : new Float32Array(reduced);
  const carried = multiply(sourceBias, after, 1, middle, reduced);
  const key = first.parameters.bias ?? kernel.key.replace(/weight$/, 'bias');
  const parameter: Parameter = {
    key,
    role: 'bias',
    shape: [reduced],
    layout: 'C',
    trainable: true,
    initializer: zeros,
  };
  editor.setParameter(
    parameter,
    carried.map((value, i) => value + firstBias[i]!),
  );

  const shape = [1, 1, inputs];
  editor.set({ ...squeeze, inputs: [source.inputs[0]!], shape } as AnyNode);
  editor.set({
    ...first,
    attributes: { ...first.attributes, bias: true },
    parameters: { kernel: kernel.key, bias: key },
  } as AnyNode);
}

const ROWS = 4;

/** [rows, inner] · [inner, columns], summed in float64, a few rows at a time: `b` is read less often then. */
function multiply(a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number): Float32Array {
  const product = new Float32Array(rows * columns);
  const sums = new Float64Array(ROWS * columns);
  for (let row = 0; row < rows; row += ROWS) {
    sums.fill(0);
    const [a0, a1, a2, a3] = [0, 1, 2, 3].map((i) => Math.min(row + i, rows - 1) * inner) as [
      number,
      number,
      number,
      number,
    ];
    for (let k = 0; k < inner; k++) {
      const [f0, f1, f2, f3] = [a[a0 + k]!, a[a1 + k]!, a[a2 + k]!, a[a3 + k]!];
      for (let column = 0, at = k * columns; column < columns; column++, at++) {
        const value = b[at]!;
        sums[column]! += f0 * value;
        sums[columns + column]! += f1 * value;
        sums[2 * columns + column]! += f2 * value;
        sums[3 * columns + column]! += f3 * value;
      }
    }
    product.set(sums.subarray(0, Math.min(ROWS, rows - row) * columns), row * columns);
  }
  return product;
}
