import type { NativeRuntime } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';

/** Shorter rows are repeated up to at least this length, so that the inner loop runs more than once. */
const MIN_PERIOD = 32;

/** x as rows of channels, and the vectors of one number for each channel that its kernels read. */
interface Rows {
  readonly count: number;
  readonly channels: number;
  readonly rows: number;
  /** Length of the vectors: the channels, over and over, up to a multiple of 4. */
  readonly period: number;
}

export function rowsOf(shape: readonly number[]): Rows {
  const channels = shape[shape.length - 1]!;
  const count = sizeOf(shape);
  let period = channels;
  while (period % 4 !== 0 || period < MIN_PERIOD) period += channels;
  return { count, channels, rows: count / channels, period };
}

/** Scratch space for vectors of `period` floats: where each begins. It is the same at every call. */
export function vectors({ memory }: NativeRuntime, vectorCount: number, period: number): number[] {
  const from = memory.scratch('channel vectors', vectorCount * period * 4);
  return Array.from({ length: vectorCount }, (_, i) => from + i * period * 4);
}

/** Repeats the first `channels` floats of each vector up to its end. */
export function repeat(
  { memory }: NativeRuntime,
  addresses: readonly number[],
  channels: number,
  period: number,
): void {
  const { floats } = memory;
  for (const address of addresses) {
    const from = address >>> 2;
    for (let done = channels; done < period; done += channels) floats.copyWithin(from + done, from, from + channels);
  }
}

/** Memory from each address on, as floats. Valid until the next allocation. */
export function views({ memory }: NativeRuntime, ...from: (number | TensorInfo)[]): Float32Array[] {
  const { floats } = memory;
  return from.map((at) => floats.subarray((typeof at === 'number' ? at : memory.address(at)) >>> 2));
}

/** Two sums over rows for each channel. */
interface ChannelSums {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Lets a kernel write two sums of doubles for each channel. Valid until the next allocation. */
export function channelSums({ memory }: NativeRuntime, channels: number, write: (to: number) => void): ChannelSums {
  const padded = (channels + 3) & ~3;
  const address = memory.scratch('channel sums', 2 * padded * 8);
  write(address);
  const first = address >>> 3;
  const { doubles } = memory;
  return { first: doubles.subarray(first, first + channels), second: doubles.subarray(first + padded) };
}
