/**
 * A grid on which the outputs of a convolution lie, and its inputs too: what a tap of the filter meets at an output lies a
 * fixed number of positions behind it, for all outputs the same.
 */
import type { Geometry } from '../convolution/geometry.js';

export interface Axis {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding. */
  readonly before: number;
  /** Inputs whose place modulo the stride is the same are a phase, and have a grid of their own. */
  readonly phases: number;
  /** Positions from one row (or image) to the next. */
  readonly length: number;
}

export interface Grid {
  readonly rows: Axis;
  readonly columns: Axis;
  /** Positions of all images. */
  readonly size: number;
  /** How far behind the last position a tap may reach. */
  readonly overhang: number;
}

export function gridOf(geometry: Geometry): Grid {
  const { filterHeight, filterWidth, padInfo } = geometry;
  const rows = axisOf(filterHeight, {
    ...{ inputs: geometry.inHeight, outputs: geometry.outHeight, before: padInfo.top },
    ...{ stride: geometry.strideHeight, dilation: geometry.dilationHeight },
  });
  const columns = axisOf(filterWidth, {
    ...{ inputs: geometry.inWidth, outputs: geometry.outWidth, before: padInfo.left },
    ...{ stride: geometry.strideWidth, dilation: geometry.dilationWidth },
  });
  const overhang = shiftOf(rows, filterHeight - 1) * columns.length + shiftOf(columns, filterWidth - 1);
  return { rows, columns, size: geometry.batchSize * rows.length * columns.length, overhang };
}

function axisOf(taps: number, sides: Omit<Axis, 'phases' | 'length'>): Axis {
  const { outputs, stride, dilation } = sides;
  const reach = Math.floor(((taps - 1) * dilation) / stride);
  const axis = { ...sides, phases: Math.min(stride, (taps - 1) * dilation + 1), length: outputs + reach };
  // zeros behind a row serve as those before the next
  const zeros = Array.from({ length: axis.phases }, (_, phase) => inputsOf(axis, phase)).map(({ from, to }) =>
    Math.min(from, axis.length - to),
  );
  return { ...axis, length: axis.length - Math.min(reach, ...zeros) };
}

/** Positions of a phase at which there are inputs. */
export function inputsOf({ inputs, stride, before, length }: Axis, phase: number): { from: number; to: number } {
  const positionOf = (input: number) => Math.max(0, Math.ceil((input + before - phase) / stride));
  return { from: positionOf(0), to: Math.min(length, positionOf(inputs)) };
}

/** The input at a position of a phase. */
export function inputAt({ stride, before }: Axis, phase: number, position: number): number {
  return position * stride + phase - before;
}

/** How many positions behind an output lies what a tap meets. */
export function shiftOf({ stride, dilation }: Axis, tap: number): number {
  return Math.floor((tap * dilation) / stride);
}

/** The phase that a tap meets. */
export function phaseOf({ stride, dilation }: Axis, tap: number): number {
  return (tap * dilation) % stride;
}
