import { SenetError } from '@senet/core/graph';
import * as tf from '@tensorflow/tfjs';
import { LayersRunner } from '../layers-runner.js';
import type { Availability, Backend } from './backend.js';

export interface TfjsBackendParts {
  readonly name: string;
  readonly summary: string;
  /** Whether this environment can have it at all: `undefined`, or why not. */
  readonly impossible?: () => string | undefined;
  /** Imports what registers it; may throw. */
  readonly load: () => Promise<unknown>;
  readonly install: string;
  /** Kernels of its own that it can get beside TensorFlow.js'. */
  readonly kernels?: {
    /** Called whenever it was made the active one. */
    install(): Promise<void>;
    /** What {@link install} would bring; leaves everything as it is. */
    tryOut(): Promise<string>;
    /** What there is now. */
    describe(): string;
  };
}

/** A backend of TensorFlow.js: its package is imported when it is first asked for. */
export function tfjsBackend({ name, summary, impossible, load, install, kernels }: TfjsBackendParts): Backend {
  const detail = (ofKernels?: string) => [`TensorFlow.js ${tf.version.tfjs}`, ofKernels].filter(Boolean).join(', ');
  return {
    name,
    summary,
    async check(): Promise<Availability> {
      const reason = impossible?.();
      if (reason !== undefined) return { available: false, detail: reason };
      const before = tf.getBackend();
      try {
        await load();
        if (isRegistered(name) && (await tf.setBackend(name)))
          return { available: true, detail: detail(await kernels?.tryOut()) };
        return { available: false, detail: 'does not start here', install };
      } catch (error) {
        return { available: false, detail: whatFailed(error), install };
      } finally {
        if (before && tf.getBackend() !== before) await tf.setBackend(before); // tfjs-node sets its own when it is imported
      }
    },
    async activate() {
      await load();
      if (tf.getBackend() !== name && !(await tf.setBackend(name))) {
        throw new SenetError('BackendUnavailable', `backend ${name} does not start`, {
          path: 'backend',
          expected: install,
        });
      }
      await tf.ready();
      await kernels?.install();
    },
    open: (opened, reason) => new LayersRunner(opened, name, reason, () => detail(kernels?.describe())),
  };
}

export function isRegistered(name: string): boolean {
  return name in (tf.engine().registryFactory ?? {});
}

function whatFailed(error: unknown): string {
  if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return 'not installed';
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line.slice(0, 200);
}
