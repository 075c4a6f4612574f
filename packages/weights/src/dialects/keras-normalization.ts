import { type Assembly, SenetError } from '@senet/core/graph';
import { fromFloat32, type RawTensor, type TensorFile, toFloat32 } from '../formats/tensor.js';

const IMAGENET_STD = [0.229, 0.224, 0.225];

/**
 * The Normalization layer in front of keras.applications' EfficientNets does what `input.mean` and `input.std` say here.
 * Three states of it are right for a network:
 *
 * - (mean, std²), which computes exactly that;
 * - ImageNet's (mean, std), as in the published weights: Keras divides by another √std in a Rescaling after it
 *   (efficientnet.py), so the network reads (x − mean) / std all the same;
 * - (0, 1), a layer that was never adapted (`weights=None`): its network read pixels from 0 to 1. The recipes describe the
 *   published networks; for images, such a one wants `input: { mean: [0], std: [1] }`.
 *
 * @throws SenetError `WeightsMismatch` where the layer is in another state: the network saw other values than it would here
 */
export function checkNormalization({ tensors }: TensorFile, assembly: Assembly, path: string): void {
  const valuesOf = (name: string) => {
    const tensor = tensors.get(`normalization/${name}`);
    return tensor && [...toFloat32(tensor, `${path}: normalization/${name}`)];
  };
  const [mean, variance] = [valuesOf('mean'), valuesOf('variance')];
  if (!mean || !variance || (mean.every((m) => m === 0) && variance.every((v) => v === 1))) return;
  const wanted = preparation(assembly);
  const scales = [wanted.std.map((std) => std ** 2), ...(near(wanted.std, IMAGENET_STD) ? [wanted.std] : [])];
  if (near(mean, wanted.mean) && scales.some((scale) => near(variance, scale))) return;
  const problem = `normalizes its input by mean [${short(mean)}] and variance [${short(variance)}]`;
  throw new SenetError('WeightsMismatch', problem, {
    path: `${path}: normalization`,
    expected: `the config's input.mean [${short(wanted.mean)}] and input.std [${short(wanted.std)}], squared`,
  });
}

/** The state of that layer which prepares images as the config says. */
export function normalizationOf(assembly: Assembly): Map<string, RawTensor> {
  if (assembly.identity.family !== 'efficientnet') return new Map();
  const { mean, std } = preparation(assembly);
  const channels = (values: readonly number[]) => fromFloat32(Float32Array.from(values), [values.length]);
  return new Map<string, RawTensor>([
    ['normalization/mean', channels(mean)],
    ['normalization/variance', channels(std.map((value) => value ** 2))],
    ['normalization/count', { dtype: 'I64', shape: [], bytes: new Uint8Array(8) }],
  ]);
}

/** A mean and a deviation for each channel, of pixels from 0 to 1. */
function preparation({ config }: Assembly): { mean: number[]; std: number[] } {
  const { shape, mean = [0], std = [1] } = config.input;
  const each = (values: readonly number[]) => Array.from({ length: shape[2] }, (_, i) => values[i] ?? values[0]!);
  return { mean: each(mean), std: each(std) };
}

function near(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) < 1e-4);
}

function short(values: readonly number[]): string {
  return values.map((value) => Number(value.toPrecision(4))).join(', ');
}
