import { setFlagsFromString } from 'node:v8';
import type { Backend } from '@senet/run';
import type { Arguments } from './command.js';

/** The flags that say how a network runs. */
export const BACKEND_FLAGS = {
  backend: {
    type: 'string',
    valueHint: 'NAME',
    description: 'auto (the fastest that is installed), or a name of `senet doctor`',
  },
  optimize: {
    type: 'boolean',
    description: 'fold batch normalizations, pull squeezes, fuse activations; same results',
  },
} as const satisfies Arguments;

export type TensorFlow = typeof import('@tensorflow/tfjs');

/** TensorFlow.js, loaded at the first use and without its advice about installing other packages. */
export async function loadTensorFlow(): Promise<TensorFlow> {
  if (process.versions.node.startsWith('20.')) setFlagsFromString(RELAXED_SIMD);
  const tf = await import('@tensorflow/tfjs');
  tf.enableProdMode();
  return tf;
}

/** What @senet/wasm is fastest with; Node 20 hides it behind a flag, later ones do not. */
const RELAXED_SIMD = '--experimental-wasm-relaxed-simd';

/**
 * Makes a backend the current one; `auto`, the default, is the fastest that is installed.
 *
 * @returns its name, and why it is this one
 * @throws SenetError `BackendUnavailable`, with what to install
 */
export async function useBackend(
  name = 'auto',
  backends?: readonly Backend[],
): Promise<{ name: string; reason: string }> {
  await loadTensorFlow();
  const { chooseBackend } = await import('@senet/run');
  const { backend, reason } = await chooseBackend(name, backends);
  await backend.activate();
  return { name: backend.name, reason };
}
