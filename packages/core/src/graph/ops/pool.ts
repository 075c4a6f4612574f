import { asMap, type Padding, type Pair, type Shape, shapeError, showShape, slide } from '../shape.js';
import { ONE, type OpDefinition } from './op.js';

export interface PoolAttributes {
  readonly kind: 'max' | 'average';
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  /** Round the output size up (Caffe, torch's `ceil_mode`): windows may reach over the end, padding is never counted. */
  readonly ceil: boolean;
  /** Average only: divide by the whole window, padding included (torch's default; Keras' never does). */
  readonly countPadding: boolean;
}

export const pool: OpDefinition<PoolAttributes> = {
  summary: 'max or average pooling',
  inputs: ONE,
  shape({ size, strides, padding, ceil }, [input]) {
    const [height, width, channels] = asMap(input!);
    refuseEmptyWindows(size, padding);
    return [...slide(height, width, { kernel: size, strides, padding, ceil }), channels];
  },
};

/** A window on nothing but padding has neither a maximum nor a mean. */
function refuseEmptyWindows(size: Pair, padding: Padding): void {
  if (typeof padding === 'string') return;
  const fits = padding.every((amount, side) => amount < size[side < 2 ? 0 : 1]);
  if (!fits) throw shapeError(`padding of ${padding} around windows of ${size.join(' × ')}`, 'padding below the size');
}

export interface ReduceAttributes {
  readonly kind: 'mean' | 'max' | 'sum';
  /** `space` reduces height and width, `channels` the last axis. */
  readonly over: 'space' | 'channels';
  /** Keep the reduced axes with size 1. */
  readonly keepDims: boolean;
}

/** The squeeze: mean, max or sum over space or over channels of `[h, w, c]`. Needs no static size. */
export const reduce: OpDefinition<ReduceAttributes> = {
  summary: 'mean, max or sum over space or channels',
  inputs: ONE,
  shape({ over, keepDims }, [input]) {
    const [height, width, channels] = asMap(input!);
    if (over === 'space') return keepDims ? [1, 1, channels] : [channels];
    return keepDims ? [height, width, 1] : [height, width];
  },
};

export interface PadAttributes {
  /** `[top, bottom, left, right]`, filled with zeros. */
  readonly padding: readonly [number, number, number, number];
}

export const pad: OpDefinition<PadAttributes> = {
  summary: 'zero padding of height and width',
  inputs: ONE,
  shape({ padding: [top, bottom, left, right] }, [input]) {
    const [height, width, channels] = asMap(input!);
    return [height === null ? null : height + top + bottom, width === null ? null : width + left + right, channels];
  },
};

/** Joins maps along the channels. */
export const concatenate: OpDefinition<object> = {
  summary: 'joins its inputs along the last axis',
  inputs: { min: 1, max: Number.POSITIVE_INFINITY },
  shape(_attributes, inputs) {
    const [first, ...others] = inputs as [Shape, ...Shape[]];
    const channels = inputs.reduce((sum, shape) => sum + (shape.at(-1) ?? 0), 0);
    for (const other of others) {
      const fits =
        other.length === first.length &&
        other.slice(0, -1).every((d, i) => d === null || first[i] === null || d === first[i]);
      if (!fits) throw shapeError(`${showShape(first)} and ${showShape(other)} differ outside the last axis`);
    }
    return [...first.slice(0, -1), channels];
  },
};
