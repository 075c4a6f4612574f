import { type AnyNode, type Assembly, parameterKeys, type Role } from '@senet/core/graph';
import type { RawTensor, TensorFile } from '../formats/tensor.js';
import { anyKey, type Dialect } from './dialect.js';
import { kerasLayout, torchLayout } from './layout.js';

/** The kinds of layers that PaddlePaddle counts, each for itself, and what it calls their weights. */
const COUNTED: Readonly<Partial<Record<AnyNode['op'], string>>> = {
  conv2d: 'conv2d',
  depthwiseConv2d: 'conv2d',
  batchNormalization: 'batch_norm',
  dense: 'fc',
};
const WEIGHTS: Readonly<Partial<Record<Role, string>>> = {
  kernel: 'w_0',
  bias: 'b_0',
  gamma: 'w_0',
  beta: 'b_0',
  movingMean: 'w_1',
  movingVariance: 'w_2',
};
/** Constants of formulas that exports to ONNX store between the weights: Paddle2ONNX's 3 and 6 of hard swish, shapes. */
const CONSTANT = /^(p2o\.helper\.constant\.\d+|fill_constant_\d+\.tmp_\d+)$/;
const AUTOMATIC = /^(conv2d|batch_norm|fc)_(\d+)\.([wb]_\d+)$/;

/**
 * PaddlePaddle's automatic names: `conv2d_0.w_0`, `batch_norm_0.w_0`, `b_0`, `w_1` (mean) and `w_2` (variance),
 * `fc_0.w_0`. Layers are counted in the order of the graph, so names tell nothing of the network, and it is refused to
 * none: what the weights assume of strides, padding, epsilon and gates is for the config to say. Convolutions are laid
 * out as torch's, fully connected layers as Keras': inputs first.
 */
export const paddle: Dialect = {
  name: 'paddle',
  summary: "PaddlePaddle's automatic names: conv2d_0.w_0, batch_norm_0.w_1, fc_0.b_0",
  refuses: () => undefined,
  recognizes: anyKey(AUTOMATIC),
  keys: keysInOrder,
  layout: {
    shape: (parameter) => layoutOf(parameter.layout).shape(parameter),
    fromFile: (values, parameter) => layoutOf(parameter.layout).fromFile(values, parameter),
    toFile: (values, parameter) => layoutOf(parameter.layout).toFile(values, parameter),
  },
  canonical: renumbered,
  ignores: (key) => CONSTANT.test(key),
};

function layoutOf(layout: string) {
  return layout === 'IO' ? kerasLayout : torchLayout;
}

/** A parameter that PaddlePaddle has no such name for keeps its own key, and is missing in its files. */
function keysInOrder({ graph: { nodes, parameters } }: Assembly): Map<string, string> {
  const counts = new Map<string, number>();
  const keys = new Map<string, string>();
  for (const node of nodes) {
    const kind = COUNTED[node.op];
    const own = parameterKeys(node).filter((key) => !keys.has(key));
    if (own.length === 0) continue;
    const index = counts.get(kind ?? '') ?? 0;
    counts.set(kind ?? '', index + 1);
    for (const key of own) {
      const weight = WEIGHTS[parameters.get(key)!.role];
      keys.set(key, kind && weight ? `${kind}_${index}.${weight}` : key);
    }
  }
  return keys;
}

/** Numbers run on while a program builds several networks: each kind is counted from 0 again. */
function renumbered(file: TensorFile): TensorFile {
  const numbers = new Map<string, Set<number>>();
  for (const name of file.tensors.keys()) {
    const [, kind, number] = AUTOMATIC.exec(name) ?? [];
    if (kind === undefined) continue;
    numbers.set(kind, (numbers.get(kind) ?? new Set()).add(Number(number)));
  }
  const ranks = new Map([...numbers].map(([kind, found]) => [kind, [...found].sort((a, b) => a - b)]));
  const rename = (name: string) => {
    const [, kind, number, weight] = AUTOMATIC.exec(name) ?? [];
    return kind === undefined ? name : `${kind}_${ranks.get(kind)!.indexOf(Number(number))}.${weight}`;
  };
  const tensors = new Map<string, RawTensor>();
  for (const [name, tensor] of file.tensors) tensors.set(rename(name), tensor);
  return { ...file, tensors };
}
