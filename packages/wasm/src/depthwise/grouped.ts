import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { type Epilogue, PLAIN } from './epilogue.js';
import type { Geometry } from './geometry.js';
import { packedBias, packedFilter, packedImages, type Values, VECTOR } from './grouped-pack.js';
import { backwardPlan, firstPixel, forwardPlan, type Plan, tapsOf } from './sweep.js';

/** x and dy of a block of four groups that pass all tiles of dw together. */
const BLOCK_BYTES = 24 * 1024;

/** The two sides of a group: how its values lie in a pixel, and in the filter. */
const inputs = ({ groups, ins, outs }: Geometry): Values => ({
  ...{ side: 'inputs', count: ins, groupStep: 4, valueStep: 4 * groups, filterStep: 4 * groups * outs },
});
const outputs = ({ outs }: Geometry): Values => ({
  ...{ side: 'outputs', count: outs, groupStep: 4 * outs, valueStep: 4, filterStep: 4 },
});

/** y of a depthwise convolution with several outputs a channel, or several pixels that belong together. */
export function groupedForward(
  runtime: NativeRuntime,
  x: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
  epilogue: Epilogue,
): TensorInfo {
  const sides = { from: inputs(geometry), to: outputs(geometry) };
  return sweep(runtime, x, filter, geometry, forwardPlan(geometry), geometry.shapes.y, sides, epilogue);
}

/** dx: the same from dy, inputs and outputs exchanged, with the filter reversed, once for each phase of the stride. */
export function groupedInputGradient(
  runtime: NativeRuntime,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
): TensorInfo {
  const sides = { from: outputs(geometry), to: inputs(geometry) };
  return sweep(runtime, dy, filter, geometry, backwardPlan(geometry), geometry.shapes.x, sides, PLAIN);
}

function sweep(
  runtime: NativeRuntime,
  source: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
  plan: Plan,
  shape: number[],
  { from, to }: { from: Values; to: Values },
  { bias, low, high }: Epilogue,
): TensorInfo {
  const { memory, native } = runtime;
  const { batch, groups } = geometry;
  const target = plan.complete ? memory.output(shape) : memory.zeroOutput(shape);
  const image = packedImages(runtime, 'source', source, plan, groups, from);
  const offsets = packedBias(runtime, bias, groups, to.count);
  const pixel = VECTOR * from.count;
  const steps = plan.pairs.map((pair, i) => {
    const taps = tapsOf(pair, geometry.columns.kernel, plan.width);
    const terms = termsOf(taps, from.count);
    const packed = packedFilter(runtime, filter, geometry, taps, { from, to });
    return { ...pair, terms: terms.length, packed, table: memory.table(`grouped terms ${i}`, terms) };
  });
  const targetPixel = 4 * groups * to.count;
  const targetRow = plan.target.columns * targetPixel;
  for (let n = 0; n < batch; n++) {
    const blocks = image(n);
    const y = memory.address(target) + n * plan.target.rows * targetRow;
    for (let g = 0; g < groups; g += 4) {
      const x = blocks + (g / 4) * plan.height * plan.width * pixel;
      for (const { rows, columns, terms, packed, table } of steps) {
        native.groupedRows(
          ...([rows.count, columns.count, terms, table, x + firstPixel({ rows, columns }, plan) * pixel] as const),
          ...([rows.step * plan.width * pixel, columns.step * pixel] as const),
          ...([to.count, packed + g * terms * to.count * 4, offsets + g * to.count * 4, low, high] as const),
          y + rows.target * targetRow + columns.target * targetPixel + g * to.groupStep,
          ...([rows.targetStep * targetRow, columns.targetStep * targetPixel] as const),
          ...([Math.min(4, groups - g), to.groupStep, to.valueStep] as const),
        );
      }
    }
  }
  return target;
}

/** Where the values that a window sums up lie in a packed image, in bytes. */
function termsOf(taps: ReturnType<typeof tapsOf>, values: number): number[] {
  return taps.flatMap(({ offset }) => Array.from({ length: values }, (_, v) => (offset * values + v) * VECTOR));
}

/** dw of such a convolution. */
export function groupedFilterGradient(
  runtime: NativeRuntime,
  x: TensorInfo,
  dy: TensorInfo,
  geometry: Geometry,
): TensorInfo {
  const { memory, native } = runtime;
  const { batch, groups, ins, outs, rows, columns, shapes } = geometry;
  const plan = forwardPlan(geometry);
  const [pair] = plan.pairs as [Plan['pairs'][number]];
  const whole = { source: { rows: rows.output, columns: columns.output }, height: rows.output, width: columns.output };
  const padded = (outs + 3) & ~3;
  const dw = memory.output(shapes.filter);
  const image = packedImages(runtime, 'source', x, plan, groups, inputs(geometry));
  const dyImage = packedImages(runtime, 'dy', dy, { ...whole, top: 0, left: 0 }, groups, outputs(geometry), padded);
  const terms = termsOf(tapsOf(pair, columns.kernel, plan.width), ins);
  const table = memory.table('grouped terms 0', terms);
  const blocks = Math.ceil(groups / 4);
  const sums = memory.scratch('grouped sums', blocks * terms.length * padded * VECTOR);
  native.zero(sums, blocks * terms.length * padded * VECTOR);
  const pixel = ins * VECTOR;
  const xRow = rows.stride * plan.width * pixel;
  const dyRow = columns.output * padded * VECTOR;
  for (let n = 0; n < batch; n++) {
    const from = image(n) + firstPixel(pair, plan) * pixel;
    const dyFrom = dyImage(n);
    for (let b = 0; b < blocks; b++) {
      native.groupedFilterGradient(
        ...([rows.output, columns.output, Math.max(1, Math.floor(BLOCK_BYTES / (xRow + dyRow)))] as const),
        ...([terms.length, table, from + b * plan.height * plan.width * pixel, xRow, columns.stride * pixel] as const),
        ...([padded, dyFrom + b * rows.output * dyRow, sums + b * terms.length * padded * VECTOR] as const),
      );
    }
  }
  native.unpackGroups(groups, terms.length, outs, sums, memory.address(dw));
  return dw;
}
