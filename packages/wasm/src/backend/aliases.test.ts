import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { Aliases, aliasesOf } from './aliases.js';
import type { WasmBackend } from './tfjs-internals.js';

let backend: WasmBackend;

beforeAll(async () => {
  await tf.setBackend('wasm');
  backend = tf.backend() as unknown as WasmBackend;
});

/** The backend with other ways. */
const changed = (changes: object) => Object.assign(Object.create(backend) as WasmBackend, changes);

describe('aliases', () => {
  test('are read by kernels, and forgotten after it', () => {
    const [tensors, aliases] = [backend.numDataIds(), aliasesOf(tf, backend)!];
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6]);
    const multiply = tf.getKernel('Multiply', 'wasm')!.kernelFunc;
    const product = aliases.lend(aliases.address(x) + 4, [2, 2], (a) =>
      multiply({ inputs: { a, b: a }, backend }),
    ) as tf.TensorInfo;
    expect([...aliases.values(product)]).toEqual([4, 9, 16, 25]);
    backend.disposeData(product.dataId);
    expect(() => aliases.lend(aliases.address(x), [6], () => raise())).toThrow('raised');
    expect(x.arraySync()).toEqual([1, 2, 3, 4, 5, 6]);
    x.dispose();
    expect(backend.numDataIds()).toBe(tensors);
  });

  test.each<[string, () => object]>([
    ['takes no address', () => ({ makeOutput: (shape: number[]) => backend.makeOutput(shape, 'float32') })],
    ['keeps them', () => ({ dataIdMap: Object.assign(Object.create(backend.dataIdMap), { delete: () => true }) })],
    ['cannot forget them', () => ({ wasm: { ...backend.wasm, tfjs: {} } })],
  ])('are not used where tfjs %s', (_, changes) => {
    expect(aliasesOf(tf, backend)).toBeInstanceOf(Aliases);
    expect(aliasesOf(tf, changed(changes()))).toBeUndefined();
  });
});

function raise(): never {
  throw new Error('raised');
}
