/**
 * Tensors made by the formula of `test/goldens/README.md`: a hash of the key and the index, so that weights need not
 * be stored to compare with what other frameworks compute from them.
 */
import { type Assembly, fnv1a, type State, staticSize } from '@senet/core/graph';
import { entriesOf, keras, lukemelas, seed, timm, torchvision } from '@senet/weights';

const RUNNING_MEAN_OR_BIAS = /(running_mean|bias)$/;

/**
 * `centre + (2u − 1) · scale` for the `size` values of a key, `u` being the formula's. Computed in float64 and rounded
 * once: with centre and scale ½ it is `u` itself.
 */
export function spread(key: string, size: number, scale: number, centre = 0): Float32Array {
  const hash = fnv1a(key);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let x = (Math.imul(i, 0x9e3779b9) + hash) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    const u = ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
    values[i] = centre + (2 * u - 1) * scale;
  }
  return values;
}

/** A tensor in torch's layout, by timm's rules. */
export function timmTensor(key: string, shape: readonly number[], gain: number): Float32Array {
  const size = staticSize(shape);
  if (shape.length >= 2) return spread(key, size, Math.sqrt((3 * gain) / staticSize(shape.slice(1))));
  return RUNNING_MEAN_OR_BIAS.test(key) ? spread(key, size, 0.1) : spread(key, size, 0.5, 1);
}

/** A tensor in Keras' layout, by the Keras rules. */
export function kerasTensor(key: string, shape: readonly number[], gain = 1.1): Float32Array {
  const size = staticSize(shape);
  const inputs = key.endsWith('/depthwise_kernel') ? shape.slice(0, 2) : shape.slice(0, -1);
  if (shape.length >= 2) return spread(key, size, gain * Math.sqrt(3 / staticSize(inputs)));
  return /(bias|beta|moving_mean)$/.test(key) ? spread(key, size, 0.1) : spread(key, size, 0.5, 1);
}

const DIALECTS = { timm, torchvision, lukemelas, keras, seed };

/** The state of a network whose weights are the formula's. */
export function formulaState(assembly: Assembly, kind: keyof typeof DIALECTS, gain: number): State {
  const dialect = DIALECTS[kind];
  const tensor = kind === 'keras' || kind === 'seed' ? kerasTensor : timmTensor;
  return new Map(
    entriesOf(assembly, dialect).map(({ parameter, key, shape }) => [
      parameter.key,
      dialect.layout.fromFile(tensor(key, shape, gain), parameter),
    ]),
  );
}

/** The formula's input, NHWC: `u` runs over NCHW for timm, over NHWC for Keras. */
export function formulaInput(height: number, width: number, channels: number, order: 'nchw' | 'nhwc'): Float32Array {
  const values = spread('input', height * width * channels, 1);
  return order === 'nhwc' ? values : toNhwc(values, channels, height, width);
}

export function toNhwc(values: Float32Array, channels: number, height: number, width: number): Float32Array {
  const target = new Float32Array(values.length);
  const plane = height * width;
  for (let c = 0; c < channels; c++) for (let i = 0; i < plane; i++) target[i * channels + c] = values[c * plane + i]!;
  return target;
}

/** ‖a − b‖ / ‖b‖ */
export function relativeL2(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}
