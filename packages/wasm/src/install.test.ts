import './testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EmscriptenModule, WasmBackend } from './backend/tfjs-internals.js';
import { install, uninstall } from './install.js';
import type { WasmOptions } from './options.js';
import { random, randomValues, resultsOn, withGradients, worstDifference } from './testing/compare.js';

const wasmBackend = () => tf.backend() as unknown as WasmBackend;
const conv = (x: tf.Tensor, filter: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
const inputs = [randomValues(random(1), [2, 9, 9, 16]), randomValues(random(2), [3, 3, 16, 16])];

/** What is registered: kernels of both backends and gradients, by identity. */
function registered() {
  const names = [...new Set(tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName))];
  const functions = names.map((name) => [
    tf.getKernel(name, 'wasm')?.kernelFunc,
    tf.getKernel(name, 'cpu')?.kernelFunc,
    tf.getGradient(name)?.gradFunc,
  ]);
  return new Map(names.map((name, i) => [name, functions[i]!]));
}

beforeEach(async () => {
  await tf.setBackend('wasm');
});

afterEach(uninstall);

describe('install', () => {
  test('says what it did', async () => {
    const report = await install(tf);
    expect(report).toMatchObject({ simd: 'relaxed', memory: 'shared-view', notes: [], tfjs: '4.22.0' });
    expect(report.kernels).toEqual(expect.arrayContaining(['Conv2D', 'Conv2DBackpropFilter', 'BatchMatMul']));
    expect(report.gradients).toContain('Conv2D');
    expect(report.methods).toContain('Conv2D.call');
    for (const name of report.kernels) expect(report.missing).not.toContain(name);
  });

  test('twice is harmless, and uninstall restores what was there', async () => {
    const before = registered();
    const { disposeData } = wasmBackend();
    const first = await install(tf);
    const during = registered();
    expect(await install(tf)).toBe(first);
    expect(registered()).toEqual(during);
    expect(during.get('Conv2D')![0]).not.toBe(before.get('Conv2D')![0]);
    expect(during.get('Conv2D')![1]).toBe(before.get('Conv2D')![1]); // the cpu backend's stays
    uninstall();
    uninstall();
    for (const [name, functions] of registered()) {
      for (const [i, f] of functions.entries()) expect(f, name).toBe(before.get(name)![i]);
    }
    expect(wasmBackend().disposeData).toBe(disposeData);
    expect(() => tf.grad((x: tf.Tensor) => conv(x, tf.ones([3, 3, 1, 1])))(tf.ones([1, 4, 4, 1]))).not.toThrow();
  });

  test('other options take the place of the first', async () => {
    const before = registered();
    expect(await install(tf, { simd: 'plain' })).toMatchObject({ simd: 'plain' });
    expect(await install(tf, { simd: 'none' })).toMatchObject({ simd: 'none', memory: 'js-only', notes: [] });
    uninstall();
    expect(registered().get('Conv2D')![0]).toBe(before.get('Conv2D')![0]);
  });

  test('again compiles nothing', async () => {
    await install(tf);
    uninstall();
    const [compile, instantiate] = [vi.spyOn(WebAssembly, 'compile'), vi.spyOn(WebAssembly, 'instantiate')];
    await install(tf);
    expect(compile).not.toHaveBeenCalled();
    expect(instantiate.mock.calls.map(([module]) => module instanceof WebAssembly.Module)).toEqual([true]);
    vi.restoreAllMocks();
    expect(await worstDifference(conv as never, inputs)).toBeLessThan(1e-5);
  });

  test('two at once leave one', async () => {
    const before = registered();
    await Promise.all([install(tf, { simd: 'plain' }), install(tf, { simd: 'relaxed' })]);
    uninstall();
    expect(registered().get('Conv2D')![0]).toBe(before.get('Conv2D')![0]);
  });

  test('refuses another backend, and options that do not exist', async () => {
    await expect(install(tf, { speed: 'high' } as WasmOptions)).rejects.toThrow(/no option 'speed'.*simd, precision/);
    await expect(install(tf, { precision: 'half' } as never)).rejects.toThrow(/one of fast, exact/);
    await tf.setBackend('cpu');
    await expect(install(tf)).rejects.toThrow(/'cpu'.*setBackend\('wasm'\)/);
  });

  test('the cpu backend stays as it is', async () => {
    const before = await resultsOn('cpu', withGradients(conv as never), inputs);
    await tf.setBackend('wasm');
    await install(tf);
    expect(await resultsOn('cpu', withGradients(conv as never), inputs)).toEqual(before);
    await expect(
      resultsOn(
        'cpu',
        withGradients((x, f) => tf.conv2d(x as never, f as never, 1, 'same', 'NHWC', 2)),
        inputs,
      ),
    ).rejects.toThrow(/dilation rates greater than 1/);
  });
});

describe("where tfjs' internals differ", () => {
  const changes: [string, (backend: WasmBackend, wasm: EmscriptenModule) => void, RegExp][] = [
    ['no memory among the exports', (backend, wasm) => withoutMemory(backend, wasm), /memory is not among the exports/],
    ['no makeOutput', (backend) => Object.assign(backend, { makeOutput: undefined }), /internals differ/],
    [
      'outputs lie elsewhere',
      (backend) => {
        const { dataIdMap } = backend;
        const get = (id: object) => ({ ...dataIdMap.get(id)!, memoryOffset: dataIdMap.get(id)!.memoryOffset + 4 });
        Object.assign(backend, { dataIdMap: { get, has: (id: object) => dataIdMap.has(id) } });
      },
      /do not lie where expected|internals differ/,
    ],
  ];

  test.each(changes)('%s: kernels by JavaScript, and a note', async (_, change, note) => {
    const backend = wasmBackend();
    const { wasm, dataIdMap } = backend;
    change(backend, wasm);
    try {
      const report = await install(tf);
      expect(report).toMatchObject({ simd: 'none', memory: 'js-only' });
      expect(report.notes).toEqual([expect.stringMatching(note)]);
    } finally {
      uninstall();
      Object.assign(backend, { wasm, dataIdMap });
      delete (backend as Partial<WasmBackend>).makeOutput; // the prototype's
    }
  });

  test('memory that the module imports, as the build with threads does, is found', async () => {
    const backend = wasmBackend();
    const { wasm } = backend;
    const wasmMemory = Object.values(wasm.asm).find((value) => value instanceof WebAssembly.Memory);
    backend.wasm = Object.create(wasm, { asm: { value: {} }, wasmMemory: { value: wasmMemory } });
    try {
      expect(await install(tf)).toMatchObject({ memory: 'shared-view', notes: [] });
    } finally {
      uninstall();
      backend.wasm = wasm;
    }
  });

  function withoutMemory(backend: WasmBackend, wasm: EmscriptenModule): void {
    backend.wasm = Object.create(wasm, { asm: { value: {} } });
  }
});

describe('memory', () => {
  test('stays flat: tensors, packed weights, and bytes', async () => {
    await install(tf);
    const f = withGradients(conv as never);
    const round = () => resultsOn('wasm', f, inputs);
    for (let i = 0; i < 20; i++) await round();
    const [tensors, bytes] = [tf.memory().numTensors, wasmBackend().wasm.HEAPU8.length];
    for (let i = 0; i < 1000; i++) await round();
    expect([tf.memory().numTensors, wasmBackend().wasm.HEAPU8.length]).toEqual([tensors, bytes]);
  });

  test('may grow at any moment', async () => {
    await install(tf);
    const { wasm } = wasmBackend();
    const f = withGradients(conv as never);
    const before = await resultsOn('wasm', f, inputs);
    const bytes = wasm.HEAPU8.length;
    const large = tf.zeros([bytes / 4]);
    expect(wasm.HEAPU8.length).toBeGreaterThan(bytes);
    expect(await resultsOn('wasm', f, inputs)).toEqual(before);
    const [size] = [Math.ceil(Math.sqrt(wasm.HEAPU8.length / 64))];
    const growing = [randomValues(random(3), [1, size, size, 1]), randomValues(random(4), [3, 3, 1, 17])]; // the output does not fit
    const grown = wasm.HEAPU8.length;
    expect(await worstDifference(conv as never, growing)).toBeLessThan(1e-5);
    expect(wasm.HEAPU8.length).toBeGreaterThan(grown);
    large.dispose();
  });

  test('large scratch space is given back', async () => {
    const { WasmMemory } = await import('./backend/memory.js');
    const memory = new WasmMemory(wasmBackend(), { buffer: new ArrayBuffer(0) } as never);
    memory.scratch('small', 1000);
    memory.scratch('large', 2 ** 26);
    memory.scratch('large', 2 ** 27);
    memory.releaseLarge();
    expect(memory.usage).toEqual({ scratchBytes: 1000, packedTensors: 0 });
    memory.dispose();
    expect(memory.usage.scratchBytes).toBe(0);
  });

  test('weights that get new values are packed anew', async () => {
    await install(tf);
    const [image, weights] = inputs.map(({ data, shape }) => tf.tensor(data, shape));
    const variable = tf.variable(weights!);
    const first = conv(image!, variable);
    variable.assign(weights!.mul(2));
    const second = conv(image!, variable);
    const error = second.sub(first.mul(2)).abs().max();
    expect(error.dataSync()[0]).toBeLessThan(1e-4);
    tf.dispose([image!, weights!, variable, first, second, error]);
  });
});
