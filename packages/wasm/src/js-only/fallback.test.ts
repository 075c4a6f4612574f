/** Where tfjs' memory is not where it used to be, training goes on by JavaScript, and the report says why. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { activeWasmBackend, type WasmBackend } from '../backend/tfjs-internals.js';
import { install, uninstall } from '../install.js';
import { random, randomValues, withGradients, worstDifference } from '../testing/compare.js';

let backend: WasmBackend;

beforeEach(async () => {
  await tf.setBackend('wasm');
  backend = activeWasmBackend(tf)!;
});
afterEach(uninstall);

test('memory that is not exported', async () => {
  const { asm } = backend.wasm;
  const rest = Object.entries(asm).filter(([, value]) => !(value instanceof WebAssembly.Memory));
  await installsWithout({ asm: Object.fromEntries(rest) }, "tfjs' memory is not among the exports of its module");
});

test('tensors that do not lie where expected', async () => {
  const elsewhere = new Float32Array(backend.wasm.HEAPF32.length);
  const { asm } = backend.wasm;
  const memory = Object.create(WebAssembly.Memory.prototype, {
    buffer: { value: elsewhere.buffer },
  }) as WebAssembly.Memory;
  await installsWithout({ asm: { ...asm, memory }, HEAPF32: elsewhere }, 'tensors do not lie where expected');
});

async function installsWithout(changed: Partial<WasmBackend['wasm']>, reason: string): Promise<void> {
  const { wasm } = backend;
  backend.wasm = Object.assign(Object.create(wasm) as typeof wasm, changed);
  const report = await install(tf);
  backend.wasm = wasm;
  expect(report).toMatchObject({ simd: 'none', memory: 'js-only', missing: [], notes: [`no SIMD kernels: ${reason}`] });
  const next = random(1);
  const inputs = [randomValues(next, [2, 7, 6, 3]), randomValues(next, [3, 3, 3, 4])];
  const f = withGradients((x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same'));
  expect(await worstDifference(f, inputs)).toBeLessThanOrEqual(1e-5);
}
