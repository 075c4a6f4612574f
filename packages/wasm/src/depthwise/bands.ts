import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { isPadded, type Plan, type Sweep } from './sweep.js';

/** Padded rows that are made, and read while they are in the cache. */
const BAND_BYTES = 128 * 1024;

/**
 * A source padded a band of rows at a time.
 *
 * @returns `rows`: windows down of a band; `address` of the first row of the windows from `row` on, which the next call
 * overwrites
 */
export function bandsOf({ memory, native }: NativeRuntime, source: TensorInfo, plan: Plan, pixel: number) {
  const { left, width } = plan;
  const { rows, columns } = plan.source;
  const image = rows * columns * pixel;
  const sourceRow = columns * pixel;
  if (!isPadded(plan)) {
    const address = (n: number, { first, step }: Sweep, row: number, _count: number) =>
      memory.address(source) + n * image + (first + row * step) * sourceRow;
    return { rows: Number.POSITIVE_INFINITY, address };
  }
  const reach = Math.max(...plan.pairs.map(({ rows: sweep }) => reachOf(sweep)));
  const step = Math.max(...plan.pairs.map(({ rows: sweep }) => sweep.step));
  const held = Math.max(reach, Math.floor(BAND_BYTES / (width * pixel)));
  const windows = Math.floor((held - reach) / step) + 1;
  const to = memory.scratch('depthwise padded', Math.min(held, plan.height) * width * pixel);
  const right = (width - left - columns) * pixel;
  const address = (n: number, sweep: Sweep, row: number, count: number) => {
    const from = sweep.first + row * sweep.step;
    const end = from + (count - 1) * sweep.step + reachOf(sweep);
    const [begin, stop] = [clamp(from, rows), clamp(end, rows)];
    const above = stop > begin ? begin - from : end - from;
    const below = stop > begin ? end - stop : 0;
    const at = memory.address(source) + n * image + begin * sourceRow;
    native.padRows(stop - begin, sourceRow, above, below, left * pixel, right, at, to);
    return to;
  };
  return { rows: windows, address };
}

const reachOf = ({ taps }: Sweep) => Math.max(...taps.map(({ offset }) => offset)) + 1;

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
