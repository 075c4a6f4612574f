import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import type { Weights } from '../matmul/product.js';
import { PLAIN } from './epilogue.js';
import { around, type Geometry, isPointwise, type Padded, runsOfWindow } from './geometry.js';
import { paddedImages } from './images.js';
import { multiplyPixels } from './pointwise.js';
import { windowMultiplier } from './windows.js';

/** Of the input's pixels those whose row is `row` and whose column is `column` modulo the stride. */
interface Phase {
  readonly tapRows: number;
  readonly tapColumns: number;
  /** First row and column of the padded output that a window reads, for the first pixel of the phase. */
  readonly from: readonly [number, number];
  /** First pixel of the input, and how many rows and columns of them. */
  readonly to: readonly [number, number];
  readonly rows: number;
  readonly columns: number;
  readonly row: number;
  readonly column: number;
}

/**
 * dx `[n, h, w, cin]` of a convolution, from dy `[n, oh, ow, cout]`.
 *
 * With stride s, input pixel y receives dy at (y + pad - i·dilation) / s for every tap i where that is whole: for the
 * pixels of one phase, (y + pad) mod s, always the same taps. So every phase is a convolution of dy of stride 1, with the
 * taps of the phase reversed, whose results lie s pixels apart.
 */
export function inputGradient(
  runtime: NativeRuntime,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: Geometry,
): TensorInfo {
  const { memory } = runtime;
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideHeight, strideWidth } =
    geometry;
  const shape = [batchSize, inHeight, inWidth, inChannels];
  const bias = memory.zeros(4 * ((inChannels + 7) & ~7));
  if (isPointwise(geometry)) {
    const dx = memory.output(shape);
    const weights = weightsOf(runtime, filter, geometry, { row: 0, column: 0, tapRows: 1, tapColumns: 1 });
    const [from, to] = [memory.address(dy), memory.address(dx)];
    multiplyPixels(runtime, batchSize, outHeight * outWidth, from, weights, to, bias, PLAIN);
    return dx;
  }
  const { padded, phases } = phasesOf(geometry);
  const covered = phases.reduce((sum, { rows, columns }) => sum + rows * columns, 0) === inHeight * inWidth;
  const dx = covered ? memory.output(shape) : memory.zeroOutput(shape);
  const dyPixel = outChannels * 4;
  const dyRow = padded.width * dyPixel;
  const dxPixel = inChannels * 4;
  const dxRow = inWidth * dxPixel;
  const steps = phases.map((phase) => {
    const taps = { rows: phase.tapRows, columns: phase.tapColumns };
    const runs = runsOfWindow(taps, [geometry.dilationHeight, geometry.dilationWidth], dyRow, outChannels);
    const offsets = memory.table(`runs ${phase.row} ${phase.column}`, runs.offsets);
    const multiply = windowMultiplier(runtime, {
      ...{ rows: phase.rows, columns: phase.columns, row: dyRow, pixel: dyPixel, runs, offsets },
      ...{ weights: weightsOf(runtime, filter, geometry, phase), bias, epilogue: PLAIN },
      outputs: { row: strideHeight * dxRow, pixel: strideWidth * dxPixel },
    });
    return { ...phase, multiply };
  });
  const size = { height: outHeight, width: outWidth, channels: outChannels };
  const image = paddedImages(runtime, memory.address(dy), size, padded);
  for (let i = 0; i < batchSize; i++) {
    const address = image(i);
    const target = memory.address(dx) + i * inHeight * dxRow;
    for (const { from, to, multiply } of steps) {
      multiply(address + from[0] * dyRow + from[1] * dyPixel, target + to[0] * dxRow + to[1] * dxPixel);
    }
  }
  return dx;
}

/** The phases that reach any pixel, and how much padding dy needs for all of them. */
function phasesOf(geometry: Geometry): { padded: Padded; phases: Phase[] } {
  const { strideHeight, strideWidth, inHeight, inWidth, outHeight, outWidth, padInfo } = geometry;
  const vertical = axisPhases(geometry.filterHeight, strideHeight, geometry.dilationHeight, padInfo.top, inHeight);
  const horizontal = axisPhases(geometry.filterWidth, strideWidth, geometry.dilationWidth, padInfo.left, inWidth);
  const top = Math.max(0, ...vertical.map(({ first }) => -first));
  const left = Math.max(0, ...horizontal.map(({ first }) => -first));
  const bottom = Math.max(...vertical.map(({ last }) => last)) - (outHeight - 1);
  const right = Math.max(...horizontal.map(({ last }) => last)) - (outWidth - 1);
  const phases = vertical.flatMap((v) =>
    horizontal.map((h) => ({
      ...{ row: v.phase, column: h.phase, tapRows: v.taps, tapColumns: h.taps, rows: v.count, columns: h.count },
      from: [v.first + top, h.first + left] as const,
      to: [v.pixel, h.pixel] as const,
    })),
  );
  return { padded: around(outHeight, outWidth, top, left, bottom, right), phases };
}

/** One axis: which outputs (first to last, possibly outside) the windows of each phase read, and which pixels they give. */
function axisPhases(kernel: number, stride: number, dilation: number, pad: number, length: number) {
  const phases = [];
  for (let phase = 0; phase < Math.min(stride, kernel); phase++) {
    const taps = Math.ceil((kernel - phase) / stride);
    const begin = Math.max(0, Math.ceil((pad - phase) / stride));
    const end = Math.floor((length - 1 + pad - phase) / stride);
    if (end < begin) continue;
    const first = begin - (taps - 1) * dilation;
    phases.push({ phase, taps, first, last: end, count: end - begin + 1, pixel: phase + stride * begin - pad });
  }
  return phases;
}

/** The taps of a phase, last one first. */
function weightsOf(
  { memory, native }: NativeRuntime,
  filter: TensorInfo,
  geometry: Geometry,
  { row, column, tapRows, tapColumns }: Pick<Phase, 'row' | 'column' | 'tapRows' | 'tapColumns'>,
): Weights {
  const { strideHeight, strideWidth, filterWidth, inChannels, outChannels } = geometry;
  const key = `reversed ${strideHeight} ${strideWidth} ${row} ${column}`;
  const pack = (to: number) =>
    native.packReversed(
      ...([row, column, strideHeight, strideWidth, tapRows, tapColumns] as const),
      ...([filterWidth, inChannels, outChannels, memory.address(filter), to] as const),
    );
  return { tensor: filter, key, k: tapRows * tapColumns * outChannels, n: inChannels, pack };
}
