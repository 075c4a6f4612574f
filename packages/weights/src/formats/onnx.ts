import { invalid, shortName } from './bytes.js';
import type { FormatSource, WeightFormat } from './format.js';
import { readTensorProto, type TensorProto } from './onnx/tensor-proto.js';
import { bytesOf, type Field, fields, textOf } from './onnx/wire.js';
import type { RawTensor, TensorFile } from './tensor.js';

/** onnx.proto: the numbers of the fields that are read. */
const MODEL = { irVersion: 1, producerName: 2, producerVersion: 3, graph: 7, opset: 8 } as const;
const MODEL_FIELDS = new Set([1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26]);
const GRAPH = { node: 1, initializer: 5, sparseInitializer: 15 } as const;
const NODE = { output: 2, opType: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, tensor: 5 } as const;
const OPSET = { domain: 1, version: 2 } as const;

/** ONNX models: initializers and the tensors of Constant nodes. */
export const onnx: WeightFormat = {
  name: 'onnx',
  summary: 'ONNX: the initializers and constants of a model',
  extensions: ['.onnx'],
  recognizes: looksLikeModel,
  read: readOnnx,
};

/**
 * Reads the weights of an ONNX model: its initializers, and the `value` of its Constant nodes under the name of their
 * output, in the model's order. PyTorch's exports name initializers as the state_dict does. Values may be in files of
 * the same folder (external data), which are asked from `source.sibling`; of subgraphs nothing is read.
 *
 * Metadata: `onnx.ir_version`, `onnx.opset` (of the standard operators), `onnx.producer_name`, `onnx.producer_version`.
 *
 * @throws SenetError `FileInvalid` for what is no such model, sparse tensors, and external data that is not to be had
 * @example
 * const { tensors } = await readOnnx({ bytes, path: 'resnet18.onnx' });
 * tensors.get('conv1.weight')!.shape; // [64, 3, 7, 7]
 */
export async function readOnnx({ bytes, path, sibling }: FormatSource): Promise<TensorFile> {
  const metadata: Record<string, string> = {};
  const found: TensorProto[] = [];
  let hasGraph = false;
  for (const field of fields(bytes, path)) {
    if (field.number === MODEL.irVersion) metadata['onnx.ir_version'] = String(field.value);
    else if (field.number === MODEL.producerName) metadata['onnx.producer_name'] = textOf(field, path);
    else if (field.number === MODEL.producerVersion) metadata['onnx.producer_version'] = textOf(field, path);
    else if (field.number === MODEL.opset) Object.assign(metadata, readOpset(bytesOf(field, path), path));
    else if (field.number === MODEL.graph) {
      hasGraph = true;
      found.push(...readGraph(bytesOf(field, path), path));
    }
  }
  if (!hasGraph) throw invalid(path, 'there is no graph', 'an ONNX model');
  return { metadata, tensors: await readTensors(found, path, sibling) };
}

function readOpset(bytes: Uint8Array, path: string): Record<string, string> {
  let domain = '';
  let version: Field['value'] = 1n;
  for (const field of fields(bytes, path)) {
    if (field.number === OPSET.domain) domain = textOf(field, path);
    else if (field.number === OPSET.version) version = field.value;
  }
  return domain === '' || domain === 'ai.onnx' ? { 'onnx.opset': String(version) } : {};
}

function readGraph(bytes: Uint8Array, path: string): TensorProto[] {
  const found: TensorProto[] = [];
  for (const field of fields(bytes, path)) {
    if (field.number === GRAPH.initializer) found.push(readTensorProto(bytesOf(field, path), path));
    else if (field.number === GRAPH.sparseInitializer) throw invalid(path, 'a sparse initializer', 'dense ones');
    else if (field.number === GRAPH.node) found.push(...readConstant(bytesOf(field, path), path));
  }
  return found;
}

/** The value of a Constant node under the name of its output. */
function readConstant(bytes: Uint8Array, path: string): TensorProto[] {
  let opType = '';
  let output: string | undefined;
  const attributes: Field[] = [];
  for (const field of fields(bytes, path)) {
    if (field.number === NODE.opType) opType = textOf(field, path);
    else if (field.number === NODE.output) output ??= textOf(field, path);
    else if (field.number === NODE.attribute) attributes.push(field);
  }
  if (opType !== 'Constant') return [];
  const name = output ?? '';
  return attributes.flatMap((attribute) => {
    const parts = [...fields(bytesOf(attribute, path), path)];
    const isValue = parts.some((part) => part.number === ATTRIBUTE.name && textOf(part, path) === 'value');
    const tensor = parts.find(({ number }) => number === ATTRIBUTE.tensor);
    return isValue && tensor ? [{ ...readTensorProto(bytesOf(tensor, path), path), name }] : [];
  });
}

async function readTensors(
  found: readonly TensorProto[],
  path: string,
  sibling: FormatSource['sibling'],
): Promise<Map<string, RawTensor>> {
  const files = new Map<string, Uint8Array>();
  for (const { external } of found) {
    if (!external || !sibling || files.has(external.location)) continue;
    files.set(external.location, await sibling(external.location));
  }
  const tensors = new Map<string, RawTensor>();
  for (const { name, external, tensor } of found) {
    if (name === '') throw invalid(path, 'a tensor without a name', 'a name');
    const place = `${path}: ${shortName(name)}`;
    if (tensors.has(name)) throw invalid(place, 'the name is there twice', 'every name once');
    tensors.set(name, tensor(place, external && files.get(external.location)));
  }
  return tensors;
}

/** ONNX files have no signature: their fields must be those of a ModelProto, a graph among them. */
function looksLikeModel(bytes: Uint8Array): boolean {
  if (bytes.length < 4 || bytes[0] === 0x7b || bytes[0] === 0x5b) return false;
  let hasGraph = false;
  try {
    for (const { number, value } of fields(bytes, '')) {
      if (!MODEL_FIELDS.has(number)) return false;
      hasGraph ||= number === MODEL.graph && value instanceof Uint8Array;
    }
  } catch {
    return false;
  }
  return hasGraph;
}
