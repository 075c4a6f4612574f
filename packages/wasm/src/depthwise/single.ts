import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { bandsOf } from './bands.js';
import { type Epilogue, PLAIN } from './epilogue.js';
import type { Geometry } from './geometry.js';
import { backwardPlan, forwardPlan, type Plan, type Sweep, tapsOf, withoutPadding } from './sweep.js';

/** x and dy that pass all tiles of dw together: they should stay in the first-level cache. */
const BLOCK_BYTES = 24 * 1024;
/** How many taps the gradient of the filter takes at once. */
const TAPS = 9;

/** y of a depthwise convolution with one output a channel: tensors are read where they lie. */
export function singleForward(
  runtime: NativeRuntime,
  x: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
  epilogue: Epilogue,
): TensorInfo {
  const padded = forwardPlan(geometry);
  const plan = geometry.columns.stride > 1 && isWide(geometry) ? withoutPadding(padded) : padded;
  return sweep(runtime, x, filter, geometry, plan, geometry.shapes.y, epilogue);
}

/** Whether the windows at the border are few among all. Strides leave little to compute: then padding the image costs most. */
const isWide = ({ columns }: Geometry) => columns.output >= 28;

/** Whether tfjs' own kernel is faster: strided 3×3 on small maps, 1.2 to 1.6 times. */
export function isSlower(geometry: Geometry): boolean {
  const { rows, columns } = geometry;
  const strided = rows.stride > 1 || columns.stride > 1;
  return strided && rows.kernel === 3 && columns.kernel === 3 && !isWide(geometry);
}

/** dx: dy convolved with the filter reversed, once for each phase of the stride. */
export function singleInputGradient(
  runtime: NativeRuntime,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
): TensorInfo {
  return sweep(runtime, dy, filter, geometry, backwardPlan(geometry), geometry.shapes.x, PLAIN);
}

function sweep(
  runtime: NativeRuntime,
  source: TensorInfo,
  filter: TensorInfo,
  { batch, groups, columns: { kernel } }: Geometry,
  plan: Plan,
  shape: number[],
  { bias, low, high }: Epilogue,
): TensorInfo {
  const { memory, native } = runtime;
  const pixel = 4 * groups;
  const target = plan.complete ? memory.output(shape) : memory.zeroOutput(shape);
  const band = bandsOf(runtime, source, plan, pixel);
  const offset = memory.bias(bias, groups);
  const steps = plan.pairs.map(({ rows, columns }, i) => {
    const { triples, taps } = inTriples(rows, columns);
    const table = taps.flatMap(([down, across]) => [
      (down.offset * plan.width + across.offset) * pixel,
      (down.tap * kernel + across.tap) * pixel,
    ]);
    return { rows, columns, triples, taps: taps.length, table: memory.table(`depthwise taps ${i}`, table) };
  });
  const targetRow = plan.target.columns * pixel;
  const weights = memory.address(filter);
  for (let n = 0; n < batch; n++) {
    const to = memory.address(target) + n * plan.target.rows * targetRow;
    for (const { rows, columns, triples, taps, table } of steps) {
      for (let row = 0; row < rows.count; row += band.rows) {
        const count = Math.min(band.rows, rows.count - row);
        const from = band.address(n, rows, row, count) + (columns.first + plan.left) * pixel;
        const first = to + (rows.target + row * rows.targetStep) * targetRow + columns.target * pixel;
        native.depthwiseRows(
          ...([count, columns.count, groups, taps, triples, table] as const),
          ...([from, rows.step * plan.width * pixel, columns.step * pixel] as const),
          ...([weights, offset, low, high, first, rows.targetStep * targetRow, columns.targetStep * pixel] as const),
        );
      }
    }
  }
  return target;
}

type Tap = Sweep['taps'][number];

/** All taps, those first that come in threes whose pixels lie as far apart as windows do. */
function inTriples(rows: Sweep, columns: Sweep): { triples: number; taps: (readonly [Tap, Tap])[] } {
  const across = columns.taps.toSorted((a, b) => a.offset - b.offset);
  const shared = across.length >= 3 && across[1]!.offset - across[0]!.offset === columns.step;
  const runs = shared ? Math.floor(across.length / 3) : 0;
  const pairs = (taps: readonly Tap[]) => rows.taps.flatMap((down) => taps.map((tap) => [down, tap] as const));
  const taps = [...pairs(across.slice(0, 3 * runs)), ...pairs(across.slice(3 * runs))];
  return { triples: rows.taps.length * runs, taps };
}

/** dw of a depthwise convolution with one output a channel. */
export function singleFilterGradient(
  runtime: NativeRuntime,
  x: TensorInfo,
  dy: TensorInfo,
  geometry: Geometry,
): TensorInfo {
  const { memory, native } = runtime;
  const { groups, rows, columns, shapes } = geometry;
  const pixel = 4 * groups;
  const plan = forwardPlan(geometry);
  const [pair] = plan.pairs as [Plan['pairs'][number]];
  const offsets = tapsOf(pair, columns.kernel, plan.width).map(({ offset }) => offset * pixel);
  const taps = offsets.length;
  const padded = Math.ceil(taps / TAPS) * TAPS;
  const dw = memory.output(shapes.filter);
  const band = bandsOf(runtime, x, plan, pixel);
  const table = memory.table('depthwise offsets', [...offsets, ...new Array<number>(padded - taps).fill(0)]);
  const pitch = (groups + 3) & ~3;
  const sums = memory.scratch('depthwise sums', 4 * padded * pitch);
  native.zero(sums, 4 * padded * pitch);
  const xRow = plan.width * pixel * rows.stride;
  const dyRow = columns.output * pixel;
  const block = Math.max(1, Math.floor((BLOCK_BYTES * Math.max(1, groups / 4)) / (xRow + dyRow)));
  for (let n = 0; n < geometry.batch; n++) {
    for (let row = 0; row < rows.output; row += band.rows) {
      const count = Math.min(band.rows, rows.output - row);
      const from = band.address(n, pair.rows, row, count) + (pair.columns.first + plan.left) * pixel;
      native.depthwiseFilterGradient(
        ...([count, columns.output, block, groups, padded, table, from, xRow, columns.stride * pixel] as const),
        ...([memory.address(dy) + (n * rows.output + row) * dyRow, sums] as const),
      );
    }
  }
  const to = memory.address(dw) >>> 2;
  for (let tap = 0; tap < taps; tap++) {
    const from = (sums >>> 2) + tap * pitch;
    memory.floats.copyWithin(to + tap * groups, from, from + groups);
  }
  return dw;
}
