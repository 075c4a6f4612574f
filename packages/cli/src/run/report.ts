import type { Batch } from '../inputs/batch.js';
import type { Network, WeightsOrigin } from '../network.js';
import type { BatchResult, TapValues } from './batch.js';
import { type Ranked, topOf } from './top.js';

export interface RunResult {
  readonly index: number;
  readonly file: string;
  readonly top: readonly Ranked[];
}

export interface TapReport extends Omit<TapValues, 'values'> {
  /** The inputs it is of, where they were of several sizes. */
  readonly files?: readonly string[];
}

/** What `senet run` answers. */
export interface RunReport {
  readonly name: string;
  readonly backend: string;
  /** What ran there: the release of TensorFlow.js, and whose kernels. */
  readonly detail: string;
  /** `[height, width, channels]`; `null` where inputs differ in it. */
  readonly inputShape: readonly (number | null)[];
  /** Number of inputs. */
  readonly batch: number;
  readonly weights: WeightsOrigin;
  readonly results: readonly RunResult[];
  readonly taps: readonly TapReport[];
  /** Time of the forward passes alone. */
  readonly milliseconds: number;
}

/** A batch that was run. */
export interface Done {
  readonly network: Network;
  readonly batch: Batch;
  readonly result: BatchResult;
}

/** Puts the batches' results together, in the order in which inputs were given. */
export function makeReport(done: readonly Done[], backend: string, top: number): RunReport {
  const { assembly, weights } = done[0]!.network;
  const { head } = assembly.config;
  const activation = head.type === 'classifier' && head.activation === 'sigmoid' ? 'sigmoid' : 'softmax';
  const results = logitsInOrder(done).map(({ item, logits }) => ({ ...item, top: topOf(logits, top, activation) }));
  const taps = done.flatMap(({ batch, result }) =>
    result.taps.map(({ values: _, ...tap }) => ({
      ...tap,
      ...(done.length > 1 && { files: [...new Set(batch.items.map(({ file }) => file))] }),
    })),
  );
  return {
    name: assembly.name,
    backend,
    detail: done[0]!.result.detail,
    inputShape: commonShape(done.map(({ batch }) => batch.shape)),
    batch: done.reduce((sum, { batch }) => sum + batch.items.length, 0),
    weights,
    results,
    taps,
    milliseconds: done.reduce((sum, { result }) => sum + result.milliseconds, 0),
  };
}

/** Each input with its logits; none for networks without a classifier. */
export function logitsInOrder(done: readonly Done[]) {
  return done
    .flatMap(({ batch, result }) => result.logits?.map((logits, i) => ({ item: batch.items[i]!, logits })) ?? [])
    .sort((a, b) => a.item.index - b.item.index);
}

function commonShape(shapes: readonly (readonly number[])[]): (number | null)[] {
  return shapes[0]!.map((dimension, i) => (shapes.every((shape) => shape[i] === dimension) ? dimension : null));
}
