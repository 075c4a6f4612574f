import { type Assembly, type Graph, type Parameter, parameterKeys, SenetError } from '@senet/core/graph';
import { type Dialect, entriesOf, type FileLayout } from './dialects/dialect.js';
import { type RawTensor, type TensorFile, toFloat32 } from './formats/tensor.js';

/** `head`: another number of classes starts afresh. `stem`: another number of input channels is made of three. */
export const ADAPTATIONS = ['head', 'stem'] as const;
export type Adaptation = (typeof ADAPTATIONS)[number];

/**
 * Values for the parameters that a file has in another shape and that may differ, as timm does it when it is asked for
 * other classes or channels: the classifier keeps the values it starts with; the stem's kernel is summed over its input
 * channels for one channel, and for n repeated and scaled by 3 / n (timm's adapt_input_conv).
 *
 * @throws SenetError `WeightsMismatch` where the file's stem has not three channels
 */
export function adaptedValues(
  assembly: Assembly,
  file: TensorFile,
  dialect: Dialect,
  adapt: readonly Adaptation[],
  path: string,
): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  if (adapt.length === 0) return values;
  const entries = new Map(entriesOf(assembly, dialect).map((entry) => [entry.parameter.key, entry]));
  const differs = (parameter: Parameter) => {
    const { key, shape } = entries.get(parameter.key)!;
    return file.tensors.get(key)?.shape.join() !== shape.join();
  };
  if (adapt.includes('head')) {
    const head = classifier(assembly.graph);
    if (head.some(differs)) {
      const initial = assembly.initialState();
      for (const { key } of head) values.set(key, initial.get(key)!);
    }
  }
  if (adapt.includes('stem')) {
    for (const parameter of stem(assembly.graph).filter(differs)) {
      const { key } = entries.get(parameter.key)!;
      const place = `${path}: ${key}`;
      values.set(parameter.key, adaptStem(parameter, file.tensors.get(key), dialect.layout, place));
    }
  }
  return values;
}

/** The last dense layer's parameters. */
export function classifier({ nodes, parameters }: Graph): Parameter[] {
  const node = nodes.findLast(({ op }) => op === 'dense');
  return node ? parameterKeys(node).map((key) => parameters.get(key)!) : [];
}

/** The kernels that read an input of the model. */
export function stem({ nodes, parameters, inputs }: Graph): Parameter[] {
  const readers = nodes.filter((node) => node.op === 'conv2d' && node.inputs.some((name) => inputs.includes(name)));
  return readers.map((node) => parameters.get(node.parameters.kernel!)!);
}

function adaptStem(
  parameter: Parameter,
  tensor: RawTensor | undefined,
  layout: FileLayout,
  path: string,
): Float32Array {
  const [height, width, channels, filters] = parameter.shape as [number, number, number, number];
  const original = { ...parameter, shape: [height, width, 3, filters] };
  const expected = layout.shape(original);
  if (tensor?.shape.join() !== expected.join()) {
    throw new SenetError('WeightsMismatch', `the stem of the file has the shape [${tensor?.shape.join(', ') ?? ''}]`, {
      path,
      expected: `[${expected.join(', ')}], three input channels to adapt from`,
    });
  }
  const rgb = layout.fromFile(toFloat32(tensor, path), original);
  return channels === 1 ? summed(rgb, height * width, filters) : repeated(rgb, height * width, channels, filters);
}

function summed(rgb: Float32Array, taps: number, filters: number): Float32Array {
  return Float32Array.from({ length: taps * filters }, (_, i) => {
    const [tap, filter] = [Math.floor(i / filters), i % filters];
    return (
      rgb[tap * 3 * filters + filter]! + rgb[(tap * 3 + 1) * filters + filter]! + rgb[(tap * 3 + 2) * filters + filter]!
    );
  });
}

function repeated(rgb: Float32Array, taps: number, channels: number, filters: number): Float32Array {
  const scale = 3 / channels;
  return Float32Array.from({ length: taps * channels * filters }, (_, i) => {
    const [tap, rest] = [Math.floor(i / (channels * filters)), i % (channels * filters)];
    const [channel, filter] = [Math.floor(rest / filters), rest % filters];
    return rgb[(tap * 3 + (channel % 3)) * filters + filter]! * scale;
  });
}
