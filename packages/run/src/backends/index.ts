import { nearest, SenetError } from '@senet/core/graph';
import type { Backend } from './backend.js';
import { isRegistered, tfjsBackend } from './tfjs-backend.js';
import { wasmFrom } from './wasm.js';

export type { Availability, Backend, OpenedModel } from './backend.js';
export { tfjsBackend } from './tfjs-backend.js';
export { type WasmOptions, wasmFrom } from './wasm.js';

const inNode = (): boolean => 'process' in globalThis && typeof globalThis.process?.versions?.node === 'string';
const onlyBrowsers = () => (inNode() ? 'only in a browser' : undefined);

export const tensorflow = tfjsBackend({
  name: 'tensorflow',
  summary: 'native TensorFlow in Node (tfjs-node)',
  impossible: () => (inNode() ? undefined : 'only in Node'),
  load() {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '1'; // else the library tells of every CPU feature it finds
    return importUnlessRegistered('tensorflow', '@tensorflow/tfjs-node');
  },
  install: 'npm run setup:native, or npm install @tensorflow/tfjs-node',
});

export const webgpu = tfjsBackend({
  name: 'webgpu',
  summary: 'WebGPU in a browser',
  impossible: () => onlyBrowsers() ?? ('gpu' in navigator ? undefined : 'this browser has no WebGPU'),
  load: () => importUnlessRegistered('webgpu', '@tensorflow/tfjs-backend-webgpu'),
  install:
    "npm install @tensorflow/tfjs-backend-webgpu, and in what is bundled: import '@tensorflow/tfjs-backend-webgpu'",
});

export const webgl = tfjsBackend({
  name: 'webgl',
  summary: 'WebGL in a browser',
  impossible: onlyBrowsers,
  load: async () => {},
  install: 'a browser with WebGL',
});

export const wasm = wasmFrom();

export const cpu = tfjsBackend({
  name: 'cpu',
  summary: 'plain JavaScript, everywhere',
  load: async () => {},
  install: 'nothing',
});

/** The backends of TensorFlow.js, the fastest first: `auto` takes the first that is there. */
export const BACKENDS: readonly Backend[] = [tensorflow, webgpu, webgl, wasm, cpu];

/** @throws SenetError `BackendUnavailable` where there is none of that name */
export function findBackend(name: string, backends: readonly Backend[] = BACKENDS): Backend {
  const found = backends.find((backend) => backend.name === name);
  if (found) return found;
  const names = ['auto', ...backends.map((backend) => backend.name)];
  throw new SenetError('BackendUnavailable', `there is no backend '${name.slice(0, 80)}'`, {
    path: 'backend',
    expected: `one of ${names.join(', ')}`,
    suggestions: nearest(name, names),
  });
}

/**
 * An optional package. Its name is kept from bundlers, which would want to find it: a program that is bundled imports
 * the package itself, and then the backend is registered.
 */
async function importUnlessRegistered(backend: string, name: string): Promise<unknown> {
  if (isRegistered(backend)) return undefined;
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}
