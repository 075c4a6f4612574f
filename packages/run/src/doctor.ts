import { copiesOfTfjs } from '@senet/core/layers';
import * as tf from '@tensorflow/tfjs';
import { BACKENDS, type Backend } from './backends/index.js';

export interface Diagnosis {
  readonly environment: string;
  readonly tensorflow: string;
  readonly backends: readonly {
    readonly name: string;
    readonly summary: string;
    readonly available: boolean;
    readonly detail: string;
    readonly install?: string;
  }[];
  /** What `auto` would take. */
  readonly auto: string | undefined;
  readonly warnings: readonly string[];
}

/** Which backends are here, and what to install for the others. */
export async function diagnose(backends: readonly Backend[] = BACKENDS): Promise<Diagnosis> {
  const checked = [];
  for (const backend of backends)
    checked.push({ name: backend.name, summary: backend.summary, ...(await backend.check()) });
  return {
    environment: environment(),
    tensorflow: tf.version.tfjs,
    backends: checked,
    auto: checked.find(({ available }) => available)?.name,
    warnings: copiesOfTfjs(),
  };
}

function environment(): string {
  const { process } = globalThis;
  if (process?.versions?.node) return `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  return globalThis.navigator?.userAgent ?? 'unknown';
}
