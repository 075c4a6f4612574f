/** What install changes, uninstall changes back; what belongs to other backends it never changes. */
import '../../packages/wasm/src/testing/relaxed.js';
import { install, uninstall } from '@senet/wasm';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { batchOf, tiny } from './tiny.js';

beforeAll(async () => void (await tf.setBackend('wasm')));
afterEach(uninstall);

describe.each(['relaxed', 'plain', 'none'] as const)('SIMD: %s', (simd) => {
  test('uninstall leaves every kernel, gradient and method as it was', async () => {
    const before = snapshot();
    const { kernels, gradients, methods } = await install(tf, { simd });
    const changed = differing(before, snapshot());
    const gained = new Set(
      changed.filter((name) => name.startsWith('wasm ')).map((name) => name.slice('wasm '.length)),
    );
    expect([...gained].sort()).toEqual([...kernels].sort());
    expect(changed.filter((name) => name.startsWith('cpu '))).toEqual([]);
    expect(gradients.filter((name) => !changed.includes(`gradient ${name}`))).toEqual([]);
    expect(methods.length).toBeGreaterThan(0);
    uninstall();
    expect(differing(before, snapshot())).toEqual([]);
  });

  test('the cpu backend computes the same before, while and after', async () => {
    const before = await cpuGradients();
    await install(tf, { simd });
    const during = await cpuGradients();
    uninstall();
    expect(during).toEqual(before);
    expect(await cpuGradients()).toEqual(before);
  });
});

/** Everything that could be replaced: kernels of all backends, gradients, and methods of the layers and optimizers. */
function snapshot(): Map<string, unknown> {
  const kernels = ['wasm', 'cpu'].flatMap((backend) =>
    tf.getKernelsForBackend(backend).map((kernel) => [`${backend} ${kernel.kernelName}`, kernel.kernelFunc] as const),
  );
  const names = new Set(kernels.map(([name]) => name.split(' ')[1]!));
  const gradients = [...names].map((name) => [`gradient ${name}`, tf.getGradient(name)?.gradFunc] as const);
  const made = [
    ...tiny.build().layers,
    tf.layers.add({ name: 'add' }),
    tf.layers.multiply({ name: 'multiply' }),
    tf.layers.activation({ name: 'activation', activation: 'relu' }),
    ...[tf.train.sgd(1), tf.train.momentum(1, 0), tf.train.adam(), tf.train.rmsprop(1)],
  ];
  const methods = made.flatMap((each) => {
    const prototype = Object.getPrototypeOf(each) as Record<string, unknown>;
    return Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(
      ([name, { value }]) => [`${each.getClassName()}.${name}`, value as unknown] as const,
    );
  });
  return new Map<string, unknown>([...kernels, ...gradients, ...methods]);
}

function differing(before: Map<string, unknown>, after: Map<string, unknown>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}

/** Gradients of the tiny model's loss on the cpu backend. */
async function cpuGradients(): Promise<number[][]> {
  await tf.setBackend('cpu');
  const model = tiny.build();
  const batch = batchOf(tiny);
  const values = tf.tidy(() => {
    const loss = () => {
      const output = model.apply(batch.x, { training: true }) as tf.Tensor;
      return tf.losses.softmaxCrossEntropy(batch.y, output) as tf.Scalar;
    };
    const { value, grads } = tf.variableGrads(loss);
    return [value, ...Object.values(grads)].map((gradient) => [...gradient.dataSync()]);
  });
  batch.dispose();
  model.dispose();
  await tf.setBackend('wasm');
  return values;
}
