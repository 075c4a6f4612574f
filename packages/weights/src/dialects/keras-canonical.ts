import { type AnyNode, type Graph, groupBy } from '@senet/core/graph';
import type { RawTensor, TensorFile } from '../formats/tensor.js';
import { kerasOrder } from './keras-order.js';

/** Values of a Normalization layer: they prepare images, and are no parameters here. */
export const NORMALIZATION = ['mean', 'variance', 'count'] as const;

export function isNormalization(key: string): boolean {
  return /^normalization\/(mean|variance|count)$/.test(key);
}

/** Layers that Keras counts, where nobody named them. */
const COUNTED = /^(conv2d|batch_normalization|normalization)(?:_(\d+))?\/(.+)$/;
/** A variable in a `.weights.h5`: the class of its layer, the layer's number among those, its own number in the layer. */
const NUMBERED = /(?:^|\/)([a-z][a-z0-9_]*?)(?:_(\d+))?\/vars\/(\d+)$/;

/**
 * A file's tensors under Keras 2.15's names, whatever way they are named: with TensorFlow's `:0`, as Keras 3 spells
 * layers, counted from where a session stood, or by numbers alone. Two that come to the same name keep their own.
 */
export function canonicalKeras(file: TensorFile, graph: Graph, keys: ReadonlyMap<string, string>): TensorFile {
  const given = new Map([...file.tensors].map(([key, tensor]) => [key.replace(/:0$/, ''), tensor]));
  const own = new Set(keys.values());
  const spelled = new Map([...own].map((key) => [asKeras3(key), key]));
  const counted = recounted([...given.keys()]);
  const numbered = numberedKeys(graph, keys);
  const tensors = new Map<string, RawTensor>();
  for (const [key, tensor] of given) {
    const name = counted.get(key) ?? numbered(key) ?? (own.has(key) ? key : spelled.get(key)) ?? key;
    tensors.set(tensors.has(name) ? key : name, tensor);
  }
  return { metadata: file.metadata, tensors };
}

/** Keras 3 has no '/' in names: `expanded_conv/depthwise/BatchNorm` is `expanded_conv_depthwise_bn`. */
function asKeras3(key: string): string {
  const [, layer = '', weight = ''] = /^(.*)\/([^/]+)$/.exec(key) ?? [];
  const name = layer.includes('/') || /^(Conv(_\d)?|Logits)$/.test(layer) ? layer.toLowerCase() : layer;
  return `${name.replaceAll('/batchnorm', '_bn').replaceAll('/', '_')}/${weight.replace('depthwise_', '')}`;
}

/** Counted layers by their order: conv2d_94, conv2d_95 … → conv2d, conv2d_1 … */
function recounted(keys: readonly string[]): Map<string, string> {
  const found = keys.flatMap((key) => {
    const [, name, number = '0', weight] = COUNTED.exec(key) ?? [];
    return name === undefined ? [] : [{ key, name, number: Number(number), weight }];
  });
  const names = new Map<string, string>();
  for (const [name, layers] of groupBy(found, (layer) => layer.name)) {
    const numbers = [...new Set(layers.map(({ number }) => number))].sort((a, b) => a - b);
    for (const { key, number, weight } of layers) names.set(key, `${nth(name, numbers.indexOf(number))}/${weight}`);
  }
  return names;
}

function nth(name: string, index: number): string {
  return index === 0 ? name : `${name}_${index}`;
}

/** `layers/conv2d_3/vars/0` → the key of the first variable of the fourth Conv2D in the model's order. */
function numberedKeys(graph: Graph, keys: ReadonlyMap<string, string>): (key: string) => string | undefined {
  const layers = groupBy(
    kerasOrder(graph).filter(({ parameters }) => Object.keys(parameters).length > 0),
    (node) => classOf(node, keys),
  );
  return (key) => {
    const [, name, number = '0', variable] = NUMBERED.exec(key) ?? [];
    if (name === undefined) return undefined;
    if (name === 'normalization') return `normalization/${NORMALIZATION[Number(variable)] ?? variable}`;
    const node = layers.get(name)?.[Number(number)];
    const parameter = node && Object.values(node.parameters)[Number(variable)];
    return parameter === undefined ? undefined : keys.get(parameter);
  };
}

/** The class of a node's layer in Keras, in snake case. */
function classOf({ op, parameters }: AnyNode, keys: ReadonlyMap<string, string>): string {
  if (op === 'batchNormalization') return 'batch_normalization';
  if (op === 'depthwiseConv2d') return 'depthwise_conv2d';
  const isConvolution = op === 'conv2d' || /^(conv_preds|Logits)\//.test(keys.get(parameters.kernel ?? '') ?? '');
  return isConvolution ? 'conv2d' : op;
}
