import type { AnyNode } from '../graph/node.js';
import type { OpAttributes, OpName } from '../graph/ops/index.js';
import type { Pair } from '../graph/shape.js';

type Words<Op extends OpName> = (attributes: OpAttributes[Op]) => string;

/** What a layer is called in a diagram: its kernel, and what is not as usual. */
const WORDS: { readonly [Op in OpName]: Words<Op> } = {
  input: () => 'input',
  conv2d: ({ kernel, strides, dilation, groups }) =>
    words(kernel.join('×'), groups > 1 && `g${groups}`, pair('d', dilation), pair('/', strides)),
  depthwiseConv2d: ({ kernel, strides, dilation }) =>
    words('dw', kernel.join('×'), pair('d', dilation), pair('/', strides)),
  conv1d: ({ kernel }) => `conv1d ${kernel}`,
  dense: () => 'dense',
  batchNormalization: () => 'bn',
  activation: ({ activation }) => activation,
  softmax: () => 'softmax',
  affine: () => 'affine',
  add: () => '+',
  multiply: () => '×',
  maximum: () => 'max',
  average: () => 'avg',
  gateAddRelu: () => '× + relu',
  pool: ({ kind, size, strides }) => words(kind === 'max' ? 'max' : 'avg', size.join('×'), pair('/', strides)),
  reduce: ({ kind, over }) => (over === 'space' ? `${kind} h×w` : `${kind} c`),
  pad: () => 'pad',
  concatenate: () => 'concat',
  reshape: () => 'reshape',
  dropout: () => 'dropout',
  dropPath: () => 'drop path',
  dropBlock: () => 'drop block',
  foreign: ({ className }) => className,
};

/** Ops that are told with the layer before them. */
const MINOR: ReadonlySet<OpName> = new Set([
  'batchNormalization',
  'activation',
  'affine',
  'pad',
  'reshape',
  'dropout',
  'dropPath',
  'dropBlock',
] satisfies OpName[]);

export function nameOf(node: AnyNode): string {
  return (WORDS[node.op] as (attributes: unknown) => string)(node.attributes);
}

export function isMinor({ op }: AnyNode): boolean {
  return MINOR.has(op);
}

function words(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join(' ');
}

/** `/2` for strides of 2 × 2; nothing for 1 × 1. */
function pair(sign: string, [height, width]: Pair): string | false {
  if (height === 1 && width === 1) return false;
  return `${sign}${height === width ? height : `${height}×${width}`}`;
}
