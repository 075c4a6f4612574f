/** The addon between Node and TensorFlow, compiled as tfjs-node's binding.gyp would, without node-gyp. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { LIBRARIES, librariesIn } from './libraries.mjs';
import { packageIn } from './places.mjs';

/** Every Node since 12.22 has Node-API 8, the newest that tfjs-node looks for: the addon outlives a change of Node. */
const NODE_API = 8;

export async function compileBinding(work, tensorflowHeaders) {
  const folder = packageIn(work);
  const output = join(folder, 'lib', `napi-v${NODE_API}`);
  mkdirSync(output, { recursive: true });
  await run('g++', [
    ...['-shared', '-fPIC', '-O2', '-std=c++17', `-DNAPI_VERSION=${NODE_API}`],
    ...['-I', tensorflowHeaders, '-I', join(work, 'node_modules', 'node-api-headers', 'include')],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(folder, 'binding', file)),
    ...LIBRARIES.map((file) => join(librariesIn(work), file)),
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ...['-o', join(output, 'tfjs_binding.node')],
  ]);
}
