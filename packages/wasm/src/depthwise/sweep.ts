import type { Axis, Geometry } from './geometry.js';

/** Windows that move over one axis of a source, a step at a time, and each give one pixel of a target. */
export interface Sweep {
  /** Which taps of the filter take part, and how far from the window's beginning the pixel of each lies. */
  readonly taps: readonly { readonly tap: number; readonly offset: number }[];
  readonly count: number;
  /** Where the first window begins, possibly before the source, and from a window to the next. */
  readonly first: number;
  readonly step: number;
  /** The pixel of the target that the first window gives, and from one to the next. */
  readonly target: number;
  readonly targetStep: number;
}

/** From x to y: all windows have all taps. */
export function forwardSweep({ output, kernel, stride, dilation, before }: Axis): Sweep {
  const taps = Array.from({ length: kernel }, (_, tap) => ({ tap, offset: tap * dilation }));
  return { taps, count: output, first: -before, step: stride, target: 0, targetStep: 1 };
}

/**
 * From dy to dx. With stride s, input pixel i receives dy at (i + before - tap·dilation) / s for every tap where that is
 * whole: for the pixels of one phase, (i + before) mod s, always the same taps. So there is a sweep for each phase.
 */
export function backwardSweeps({ input, kernel, stride, dilation, before }: Axis): Sweep[] {
  const sweeps: Sweep[] = [];
  for (let phase = 0; phase < Math.min(stride, kernel); phase++) {
    const begin = Math.max(0, Math.ceil((before - phase) / stride));
    const end = Math.floor((input - 1 + before - phase) / stride);
    if (end < begin) continue;
    const length = Math.ceil((kernel - phase) / stride);
    const taps = Array.from({ length }, (_, k) => ({ tap: phase + k * stride, offset: (length - 1 - k) * dilation }));
    const first = begin - (length - 1) * dilation;
    const target = phase + stride * begin - before;
    sweeps.push({ taps, count: end - begin + 1, first, step: 1, target, targetStep: stride });
  }
  return sweeps;
}

/** Sweeps over both axes of a source that is padded with as many zeros as they reach for. */
export interface Plan {
  readonly pairs: readonly { readonly rows: Sweep; readonly columns: Sweep }[];
  readonly source: { readonly rows: number; readonly columns: number };
  readonly target: { readonly rows: number; readonly columns: number };
  /** Zeros before the source. */
  readonly top: number;
  readonly left: number;
  /** The source with all its zeros. */
  readonly height: number;
  readonly width: number;
  /** Whether every pixel of the target is given. */
  readonly complete: boolean;
}

export function forwardPlan({ rows, columns }: Geometry): Plan {
  return plan(
    [forwardSweep(rows)],
    [forwardSweep(columns)],
    { rows: rows.input, columns: columns.input },
    { rows: rows.output, columns: columns.output },
  );
}

export function backwardPlan({ rows, columns }: Geometry): Plan {
  return plan(
    backwardSweeps(rows),
    backwardSweeps(columns),
    { rows: rows.output, columns: columns.output },
    { rows: rows.input, columns: columns.input },
  );
}

function plan(down: Sweep[], across: Sweep[], source: Plan['source'], target: Plan['target']): Plan {
  const vertical = extent(down, source.rows);
  const horizontal = extent(across, source.columns);
  const given = sum(down.map(({ count }) => count)) * sum(across.map(({ count }) => count));
  return {
    pairs: down.flatMap((rows) => across.map((columns) => ({ rows, columns }))),
    ...{ source, target, top: vertical.before, left: horizontal.before },
    ...{ height: vertical.length, width: horizontal.length, complete: given === target.rows * target.columns },
  };
}

function extent(sweeps: Sweep[], length: number): { before: number; length: number } {
  const before = Math.max(0, ...sweeps.map(({ first }) => -first));
  const ends = sweeps.map(({ first, count, step, taps }) => {
    return first + (count - 1) * step + Math.max(...taps.map(({ offset }) => offset)) + 1;
  });
  return { before, length: before + Math.max(length, ...ends) };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

export const isPadded = ({ source, height, width }: Plan) => height !== source.rows || width !== source.columns;

/** The same without padding: windows at the border make sweeps of their own, with those taps that lie on the source. */
export function withoutPadding({ pairs, source, target, complete }: Plan): Plan {
  const split = pairs.flatMap(({ rows, columns }) => {
    const across = withinSource(columns, source.columns);
    return withinSource(rows, source.rows).flatMap((down) => across.map((sweep) => ({ rows: down, columns: sweep })));
  });
  return { pairs: split, source, target, top: 0, left: 0, height: source.rows, width: source.columns, complete };
}

/** Runs of windows that have the same taps on the source. */
function withinSource({ taps, count, first, step, target, targetStep }: Sweep, length: number): Sweep[] {
  const sweeps: Sweep[] = [];
  for (let i = 0; i < count; i++) {
    const from = first + i * step;
    const inside = taps.filter(({ offset }) => from + offset >= 0 && from + offset < length);
    const last = sweeps.at(-1);
    if (last && last.taps.length === inside.length && last.taps.every((tap, k) => tap === inside[k])) {
      sweeps[sweeps.length - 1] = { ...last, count: last.count + 1 };
    } else {
      sweeps.push({ taps: inside, count: 1, first: from, step, target: target + i * targetStep, targetStep });
    }
  }
  return sweeps;
}

/** Every tap of a pair of sweeps: its number in the filter, and its pixel's distance from the window's first. */
export function tapsOf({ rows, columns }: Plan['pairs'][number], kernelWidth: number, width: number) {
  return rows.taps.flatMap((down) =>
    columns.taps.map((across) => ({
      tap: down.tap * kernelWidth + across.tap,
      offset: down.offset * width + across.offset,
    })),
  );
}

/** Where the first window begins in the padded source, in pixels. */
export function firstPixel({ rows, columns }: Plan['pairs'][number], { top, left, width }: Plan): number {
  return (rows.first + top) * width + columns.first + left;
}
