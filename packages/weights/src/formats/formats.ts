import { Registry, SenetError } from '@senet/core/graph';
import type { FormatSource, WeightFormat } from './format.js';
import { hdf5 } from './hdf5.js';
import { npz } from './npz.js';
import { onnx } from './onnx.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import type { TensorFile } from './tensor.js';
import { tfjs } from './tfjs.js';
import { torch } from './torch/torch.js';

export { readHdf5 } from './hdf5/keras-file.js';
export { readNpz, writeNpz } from './npz.js';
export { readOnnx } from './onnx.js';
export { readTfjs } from './tfjs.js';
export { CHECKPOINT_ENTRIES } from './torch/checkpoint.js';
export { type ReadTorchOptions, readTorch } from './torch/torch.js';
export { hdf5, npz, onnx, tfjs, torch };

const LENGTH_BYTES = 8;

/** huggingface/safetensors: a JSON header, then the values. */
export const safetensors: WeightFormat = {
  name: 'safetensors',
  summary: 'safetensors: a JSON header, then the values',
  extensions: ['.safetensors'],
  // The header is shorter than 100 MB: the upper half of its length is 0, which no text has.
  recognizes: (bytes) => bytes[LENGTH_BYTES] === 0x7b && bytes.subarray(4, LENGTH_BYTES).every((byte) => byte === 0),
  read: async ({ bytes, path }) => readSafetensors(bytes, path),
  write: async (content) => writeSafetensors(content),
};

/** The formats of this package. Add your own to a registry and pass that to `readWeights`. */
export function formatRegistry(...more: readonly WeightFormat[]): Registry<WeightFormat> {
  const registry = new Registry<WeightFormat>('format');
  for (const format of [safetensors, torch, npz, hdf5, onnx, tfjs, ...more]) registry.add(format.name, format);
  return registry;
}

export interface ReadWeightsOptions {
  /** Name of the format; without it, the one that the file begins as. */
  readonly format?: string;
  readonly formats?: Registry<WeightFormat>;
}

/**
 * Reads a file of weights, whatever its format.
 *
 * @throws SenetError `FileInvalid` where no format begins like it, or it is not what it begins as
 * @example
 * const file = await readWeights({ bytes, path: 'seresnet50.pth' });
 * const state = loadWeights(assembly, file, { path: 'seresnet50.pth' });
 */
export async function readWeights(source: FormatSource, options: ReadWeightsOptions = {}): Promise<TensorFile> {
  const { format: name, formats = formatRegistry() } = options;
  const format = name === undefined ? recognized(source, formats) : formats.get(name, 'format');
  return format.read(source);
}

function recognized({ bytes, path }: FormatSource, formats: Registry<WeightFormat>): WeightFormat {
  const found = formats.all().find((format) => format.recognizes(bytes));
  if (found) return found;
  const known = formats.all().map(({ extensions, name }) => `${name} (${extensions.join(', ')})`);
  throw new SenetError('FileInvalid', 'begins like no known file of weights', {
    path,
    expected: `one of ${known.join('; ')}`,
  });
}
