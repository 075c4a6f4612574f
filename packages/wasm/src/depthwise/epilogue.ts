import type { TensorInfo } from '../backend/tfjs-internals.js';

/** What happens to a sum before it is stored. */
export interface Epilogue {
  /** `[channels]`, added. */
  readonly bias?: TensorInfo | undefined;
  /** Bounds. */
  readonly low: number;
  readonly high: number;
}

/** The bounds that are an activation. */
export const BOUNDS: Readonly<Record<string, Epilogue>> = {
  linear: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  relu: { low: 0, high: Number.POSITIVE_INFINITY },
  relu6: { low: 0, high: 6 },
};

export const PLAIN = BOUNDS.linear!;
