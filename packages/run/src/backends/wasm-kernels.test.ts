import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { attentions } from '@senet/se';
import { install, installation, uninstall } from '@senet/wasm';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cpu, diagnose, openRunner, wasm, wasmFrom } from '../index.js';

const assembler = createAssembler(attentions, backbones);
const net = assembler.assemble({
  backbone: { type: 'resnet18', widths: [8, 8, 16, 16] },
  attach: [{ type: 'se' }],
  input: { shape: [32, 32, 3] },
  head: { type: 'classifier', classes: 5 },
});
const input = { data: Float32Array.from({ length: 2 * 32 * 32 * 3 }, (_, i) => Math.sin(i)), shape: [2, 32, 32, 3] };
const stock = wasmFrom(undefined, { kernels: 'stock' });
const open = (backend = wasm) => openRunner(net, { backend: backend.name, backends: [backend], optimize: true });

beforeEach(async () => {
  await tf.setBackend('wasm');
});
afterEach(uninstall);

/** Names of the kernels that a model's run calls. */
async function kernelsOf(model: tf.LayersModel): Promise<string[]> {
  const x = tf.tensor(input.data, input.shape);
  const { kernelNames } = await tf.profile(() => tf.tidy(() => void model.predict(x)));
  x.dispose();
  return kernelNames;
}

describe('the kernels of @senet/wasm', () => {
  test('are used where the package is there, and give the same numbers', async () => {
    const before = await open(stock);
    const [expected] = await before.run(input);
    expect(installation()).toBeUndefined();
    expect(before.detail).toBe(`TensorFlow.js ${tf.version.tfjs}, stock kernels`);

    const runner = await open();
    const [actual] = await runner.run(input);
    const { version, simd } = installation()!.report;
    expect(runner).toMatchObject({
      backend: 'wasm',
      reason: 'asked for',
      detail: `TensorFlow.js ${tf.version.tfjs}, @senet/wasm ${version}: ${simd} SIMD`,
    });
    expect(actual!.data).not.toEqual(expected!.data); // other kernels round otherwise
    expect(relativeL2(actual!.data, expected!.data)).toBeLessThan(1e-5);
    for (const each of [before, runner]) each.dispose();
  });

  test('stay as the program has installed them', async () => {
    const report = await install(tf, { simd: 'plain', precision: 'exact' });
    const runner = await open();
    expect(installation()!.report).toBe(report);
    expect(runner.detail).toContain('plain SIMD');
    runner.dispose();
  });

  test('go where stock ones are asked for, and a runner tells of it', async () => {
    const runner = await open();
    const last = await open(stock);
    expect(installation()).toBeUndefined();
    for (const each of [runner, last]) expect(each.detail).toContain('stock kernels');
    for (const each of [runner, last]) each.dispose();
  });

  test('fuse the end of a block in an optimised network, and hard activations in any', async () => {
    const gated = net.optimize().toLayersModel();
    const config = { extends: 'mobilenetv3_small_050', input: { shape: [32, 32, 3] } } as const;
    const hard = assembler.assemble(config).toLayersModel();
    const ours = (names: string[]) => new Set(names.filter((name) => name.startsWith('Senet')));
    expect(ours(await kernelsOf(gated))).toEqual(new Set());
    await install(tf);
    expect(ours(await kernelsOf(gated))).toEqual(new Set(['SenetGateAddRelu']));
    expect(ours(await kernelsOf(hard))).toEqual(new Set(['SenetHardSwish', 'SenetHardSigmoid']));
    gated.dispose();
    hard.dispose();
  });

  test('are nothing to other backends', async () => {
    const runner = await open(cpu);
    expect(runner.detail).toBe(`TensorFlow.js ${tf.version.tfjs}`);
    expect(installation()).toBeUndefined();
    runner.dispose();
  });

  test('are told of by diagnose, which leaves everything as it is', async () => {
    const detail = async () => (await diagnose([wasm])).backends[0]!.detail;
    expect(await detail()).toMatch(/@senet\/wasm \d+\.\d+\.\d+: (plain|relaxed) SIMD$/);
    expect(installation()).toBeUndefined();
    await install(tf, { simd: 'none' });
    expect(await detail()).toMatch(/: no SIMD$/);
    expect(installation()!.report.simd).toBe('none');
    expect((await diagnose([stock])).backends[0]!.detail).toMatch(/, stock kernels$/);
  });

  test('stay for a runner that is opened while diagnose looks', async () => {
    const [runner] = await Promise.all([open(), diagnose([wasm]), diagnose([wasm])]);
    expect(runner.detail).toContain('SIMD');
    runner.dispose();
  });

  test('are fast or stock', () => {
    expect(() => wasmFrom(undefined, { kernels: 'stok' as never })).toThrow(
      expect.objectContaining({ code: 'UnknownName', suggestions: ['stock'] }),
    );
  });
});

function relativeL2(actual: Float32Array, expected: Float32Array): number {
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(actual.map((value, i) => value - expected[i]!)) / norm(expected);
}
