import { unknownName } from '@senet/core/graph';
import type { Backend } from './backend.js';
import { tfjsBackend } from './tfjs-backend.js';

export type { Availability, Backend, OpenedModel } from './backend.js';
export { tfjsBackend } from './tfjs-backend.js';

const inNode = (): boolean => 'process' in globalThis && typeof globalThis.process?.versions?.node === 'string';
const onlyBrowsers = () => (inNode() ? 'only in a browser' : undefined);

export const tensorflow = tfjsBackend({
  name: 'tensorflow',
  summary: 'native TensorFlow in Node (tfjs-node)',
  impossible: () => (inNode() ? undefined : 'only in Node'),
  load: () => importQuietly('@tensorflow/tfjs-node'),
  install: 'npm run setup:native, or npm install @tensorflow/tfjs-node',
});

export const webgpu = tfjsBackend({
  name: 'webgpu',
  summary: 'WebGPU in a browser',
  impossible: () => onlyBrowsers() ?? ('gpu' in navigator ? undefined : 'this browser has no WebGPU'),
  load: () => importQuietly('@tensorflow/tfjs-backend-webgpu'),
  install: 'npm install @tensorflow/tfjs-backend-webgpu',
});

export const webgl = tfjsBackend({
  name: 'webgl',
  summary: 'WebGL in a browser',
  impossible: onlyBrowsers,
  load: async () => {},
  install: 'a browser with WebGL',
});

export const wasm = tfjsBackend({
  name: 'wasm',
  summary: 'WebAssembly with SIMD, in Node and in browsers',
  load: () => import('@tensorflow/tfjs-backend-wasm'),
  install: 'npm install @tensorflow/tfjs-backend-wasm',
});

export const cpu = tfjsBackend({
  name: 'cpu',
  summary: 'plain JavaScript, everywhere',
  load: async () => {},
  install: 'nothing',
});

/** The backends of TensorFlow.js, the fastest first: `auto` takes the first that is there. */
export const BACKENDS: readonly Backend[] = [tensorflow, webgpu, webgl, wasm, cpu];

/** @throws SenetError `UnknownName` */
export function findBackend(name: string, backends: readonly Backend[] = BACKENDS): Backend {
  const found = backends.find((backend) => backend.name === name);
  if (!found) throw unknownName('backend', name, ['auto', ...backends.map((backend) => backend.name)], 'backend');
  return found;
}

/** An optional package: its name is kept from bundlers, which would want to find it. */
async function importQuietly(name: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}
