import { SenetError } from '@senet/core/graph';
import { type NpyArray, npyToFloat32 } from '@senet/weights';

export type ArrayLayout = 'nhwc' | 'nchw';

/** An array of samples out of a .npy file. */
export interface Samples {
  readonly count: number;
  /** `[height, width, channels]` */
  readonly shape: readonly [number, number, number];
  /** Values of some samples, `[end − begin, height, width, channels]`. */
  rows(begin: number, end: number): Float32Array;
}

/**
 * Reads an array as samples. Its values are taken as they are: mean and deviation are for images.
 *
 * @param layout `undefined` where it was not said: then NHWC, unless only NCHW has the network's channels
 * @param channels of the network as configured
 * @throws SenetError `InputInvalid`
 */
export function samplesOf(array: NpyArray, layout: ArrayLayout | undefined, channels: number, path: string): Samples {
  const { shape } = array;
  if (shape.length !== 4 || shape.includes(0)) {
    throw new SenetError('InputInvalid', `has the shape [${shape.join(', ')}]`, {
      path,
      expected: 'four axes, none of them empty: batch, height, width, channels (with --layout nchw, channels second)',
    });
  }
  const [count, a, b, c] = shape as [number, number, number, number];
  if (layout === undefined && c !== channels && a === channels) {
    throw new SenetError('InputInvalid', `[${shape.join(', ')}] looks like channels first`, {
      path,
      expected: '--layout nchw, or --layout nhwc where it is right as it is',
    });
  }
  const channelsFirst = layout === 'nchw';
  const size = a * b * c;
  const data = array.data as Float32Array; // of any type: `subarray` is all that is called
  return {
    count,
    shape: channelsFirst ? [b, c, a] : [a, b, c],
    rows(begin, end) {
      const values = npyToFloat32({ ...array, data: data.subarray(begin * size, end * size) });
      refuseNonFinite(values, begin * size, path);
      return channelsFirst ? channelsLast(values, end - begin, a, b * c) : values;
    },
  };
}

function channelsLast(values: Float32Array, count: number, channels: number, pixels: number): Float32Array {
  const target = new Float32Array(values.length);
  let from = 0;
  for (let sample = 0; sample < count; sample++) {
    for (let channel = 0; channel < channels; channel++) {
      let to = sample * channels * pixels + channel;
      for (let pixel = 0; pixel < pixels; pixel++, to += channels) target[to] = values[from++]!;
    }
  }
  return target;
}

function refuseNonFinite(values: Float32Array, offset: number, path: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new SenetError('InputInvalid', `value ${offset + at} is ${values[at]}`, { path, expected: 'finite numbers' });
}
