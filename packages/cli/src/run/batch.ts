import type { Batch } from '../inputs/batch.js';
import type { Network } from '../network.js';
import { logitsNode, type Tap } from './outputs.js';
import { openSession, type SessionOptions } from './session.js';
import { Statistics } from './statistics.js';

/** Samples in one call at most, and the memory their activations may take. */
const MAX_CHUNK = 64;
const MAX_CHUNK_BYTES = 2 ** 30;

export interface TapValues extends Tap {
  /** `[batch, …]` */
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  /** The first eight values, of the first sample. */
  readonly first: readonly number[];
  /** All of them, where they were to be kept. */
  readonly values: Float32Array | undefined;
}

export interface BatchResult {
  /** One row for each item; `undefined` for networks without a classifier. */
  readonly logits: readonly Float32Array[] | undefined;
  readonly taps: readonly TapValues[];
  /** Time of the calls alone. */
  readonly milliseconds: number;
  /** What ran it: the release of TensorFlow.js, and whose kernels. */
  readonly detail: string;
}

export interface BatchOptions extends SessionOptions {
  readonly taps: readonly Tap[];
  /** Keep the values of taps, not only what describes them. */
  readonly keep: boolean;
  readonly onProgress?: (done: number) => void;
}

/** Runs a network over a batch, in chunks, so that the memory for its activations is bounded. */
export async function runBatch(network: Network, batch: Batch, options: BatchOptions): Promise<BatchResult> {
  const { taps, keep, onProgress, backend, optimize } = options;
  const { length } = batch.items;
  const logits = logitsNode(network.assembly);
  const rows: Float32Array[] = [];
  const collectors = taps.map((tap) => new TapCollector(tap, length, keep));
  const nodes = [...(logits === undefined ? [] : [logits]), ...taps.map(({ node }) => node)];
  const session = await openSession(network, nodes, { backend, optimize });
  let milliseconds = 0;
  try {
    for (let begin = 0, step = chunkOf(network); begin < length; begin += step) {
      const end = Math.min(begin + step, length);
      const values = await batch.rows(begin, end);
      const started = performance.now();
      const outputs = await session.run(values, [end - begin, ...batch.shape]);
      milliseconds += performance.now() - started;
      if (logits !== undefined) rows.push(...rowsOf(outputs.get(logits)!.values, end - begin));
      for (const collector of collectors) collector.add(outputs.get(collector.tap.node)!);
      onProgress?.(end);
    }
  } finally {
    session.dispose();
  }
  return {
    logits: logits === undefined ? undefined : rows,
    taps: collectors.map((collector) => collector.result()),
    milliseconds,
    detail: session.detail,
  };
}

function chunkOf({ assembly }: Network): number {
  const bytes = assembly.plan.activationBytes ?? MAX_CHUNK_BYTES;
  return Math.max(1, Math.min(MAX_CHUNK, Math.floor(MAX_CHUNK_BYTES / bytes)));
}

function rowsOf(values: Float32Array, count: number): Float32Array[] {
  const width = values.length / count;
  return Array.from({ length: count }, (_, i) => values.slice(i * width, (i + 1) * width));
}

class TapCollector {
  private readonly statistics = new Statistics();
  private shape: readonly number[] = [];
  private first: readonly number[] = [];
  private values: Float32Array | undefined;
  private filled = 0;

  constructor(
    readonly tap: Tap,
    private readonly samples: number,
    private readonly keep: boolean,
  ) {}

  add({ shape, values }: { shape: readonly number[]; values: Float32Array }): void {
    this.statistics.add(values);
    if (this.filled === 0) {
      this.shape = [this.samples, ...shape.slice(1)];
      this.first = [...values.subarray(0, 8)];
      if (this.keep) this.values = new Float32Array((values.length / shape[0]!) * this.samples);
    }
    this.values?.set(values, this.filled);
    this.filled += values.length;
  }

  result(): TapValues {
    const { mean, std } = this.statistics;
    return { ...this.tap, shape: this.shape, mean, std, first: this.first, values: this.values };
  }
}
