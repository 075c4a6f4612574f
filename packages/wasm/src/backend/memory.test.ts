import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { install, uninstall } from '../install.js';
import { random, randomValues, resultsOn, withGradients } from '../testing/compare.js';
import { WasmMemory } from './memory.js';
import type { WasmBackend } from './tfjs-internals.js';

const wasmBackend = () => tf.backend() as unknown as WasmBackend & { numDataIds(): number };

beforeEach(async () => {
  await tf.setBackend('wasm');
});

afterEach(() => {
  vi.restoreAllMocks();
  uninstall();
});

const kernel =
  (name: string, ...inputs: string[]) =>
  (...x: tf.Tensor[]) =>
    [tf.engine().runKernel(name, Object.fromEntries(inputs.map((input, i) => [input, x[i]!])))].flat()[0] as tf.Tensor;

const CALLS: Record<string, { f: (...x: never[]) => tf.Tensor; shapes: string[] }> = {
  'a convolution': {
    f: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.conv2d(x, filter, 1, 'same'),
    shapes: ['2 9 9 16', '3 3 16 16'],
  },
  'a depthwise convolution': {
    f: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.depthwiseConv2d(x, filter, 2, 'same'),
    shapes: ['2 9 9 6', '3 3 6 1'],
  },
  'a matrix product': { f: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b), shapes: ['33 37', '37 35'] },
  'an activation': { f: (x: tf.Tensor) => tf.leakyRelu(x), shapes: ['7 3'] },
  pooling: { f: (x: tf.Tensor4D) => tf.maxPool(x, 3, 2, 'same'), shapes: ['2 9 9 5'] },
  'a gate': {
    f: kernel('SenetGateAddRelu', 'x', 'gate', 'shortcut'),
    shapes: ['2 5 5 8', '2 1 1 8', '2 5 5 8'],
  },
  'a loss': { f: kernel('SenetSoftmaxCrossEntropy', 'logits', 'labels'), shapes: ['5 7', '5 7'] },
  'a sum': { f: (x: tf.Tensor) => tf.sum(x, [1, 2]), shapes: ['2 5 5 17'] },
};

describe('inputs at the end of memory', () => {
  test('are those within a vector of it', () => {
    const backend = wasmBackend();
    const tensor = tf.ones([10]);
    const end = backend.dataIdMap.get(tensor.dataId)!.memoryOffset + 40;
    const of = (byteLength: number) => {
      const memory = new WasmMemory(backend, { buffer: { byteLength } } as never);
      const readable = memory.isReadable(tensor);
      memory.dispose();
      return readable;
    };
    expect([of(end), of(end + 63), of(end + 64)]).toEqual([false, false, true]);
    tensor.dispose();
  });

  test.each(Object.entries(CALLS))('%s and its gradients: the same kernels, on copies', async (_, { f, shapes }) => {
    await install(tf);
    const inputs = shapes.map((shape, i) => randomValues(random(i + 1), shape.split(' ').map(Number)));
    const call = withGradients(f as never);
    const expected = await resultsOn('wasm', call, inputs);
    const tensors = wasmBackend().numDataIds();
    const isReadable = vi.spyOn(WasmMemory.prototype, 'isReadable').mockReturnValue(false);
    expect(await resultsOn('wasm', call, inputs)).toEqual(expected); // to the bit, as no other kernel would
    expect(isReadable).toHaveBeenCalled();
    expect(wasmBackend().numDataIds()).toBe(tensors);
  });

  test('are read where they end with it', async () => {
    await install(tf);
    const { data, shape } = randomValues(random(1), [7, 5]);
    const loss = (x: tf.Tensor) => CALLS['a loss']!.f(x as never, x as never);
    const [expected] = await resultsOn('wasm', loss, [{ data, shape }]);
    const x = atMemoryEnd(data, shape);
    const y = loss(x.tensor);
    expect(y.dataSync()).toEqual(expected);
    y.dispose();
    x.remove();
  });

  test('leave no packed form of their copies', () => {
    const backend = wasmBackend();
    const memory = new WasmMemory(backend, { buffer: { byteLength: 0 } } as never);
    const tensor = tf.ones([10]);
    const copied = memory.call({ tensor }, ({ tensor: copy }) => {
      memory.packed(copy!, 'as it is', 40, () => {});
      expect(copy!.dataId).not.toBe(tensor.dataId);
      return backend.wasm.HEAPF32.slice(memory.address(copy!) >>> 2).subarray(0, 10);
    });
    expect(copied).toEqual(tensor.dataSync());
    expect(memory.usage.packedTensors).toBe(0);
    expect(() => memory.call({ tensor }, () => fail('in a kernel'))).toThrow('in a kernel');
    tensor.dispose();
    memory.dispose();
  });
});

function fail(message: string): never {
  throw new Error(message);
}

/** A tensor whose last number is memory's last; what lay there comes back. */
function atMemoryEnd(values: Float32Array, shape: number[]) {
  const { wasm, dataIdMap, makeOutput } = wasmBackend();
  const from = wasm.HEAPF32.length - values.length;
  const before = wasm.HEAPF32.slice(from);
  wasm.HEAPF32.set(values, from);
  const tensor = tf.engine().makeTensorFromTensorInfo(makeOutput.call(wasmBackend(), shape, 'float32', 4 * from));
  expect(dataIdMap.get(tensor.dataId)!.memoryOffset + 4 * values.length).toBe(wasm.HEAPU8.length);
  const remove = () => {
    const free = vi.spyOn(wasm, '_free').mockImplementation(() => {}); // nobody allocated it
    tensor.dispose();
    free.mockRestore();
    wasm.HEAPF32.set(before, from);
  };
  return { tensor, remove };
}
