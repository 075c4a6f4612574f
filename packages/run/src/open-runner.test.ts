import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { attentions } from '@senet/se';
import { saveFolder } from '@senet/weights/node';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, chooseBackend, cpu, diagnose, openRunner, wasm } from './index.js';

const assembler = createAssembler(attentions, backbones);
const net = assembler.assemble({
  backbone: { type: 'resnet18', widths: [8, 8, 16, 16] },
  attach: [{ type: 'se' }],
  input: { shape: [32, 32, 3] },
  head: { type: 'classifier', classes: 5 },
});
const input = { data: Float32Array.from({ length: 2 * 32 * 32 * 3 }, (_, i) => Math.sin(i)), shape: [2, 32, 32, 3] };
const backends = [wasm, cpu];

let folder: string;
let server: Server;
let address: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'senet-run-'));
  await saveFolder(assembler, net, net.initialState(3), folder);
  server = createServer(async ({ url = '' }, response) => {
    if (url.startsWith('/broken') && url.endsWith('safetensors')) {
      response.writeHead(200, { 'content-length': 1000 }).write('half');
      setTimeout(() => response.destroy(), 20);
      return;
    }
    try {
      const bytes = await readFile(join(folder, url.split('/').at(-1)!));
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function logits(source: Parameters<typeof openRunner>[0], options: Parameters<typeof openRunner>[1] = {}) {
  const runner = await openRunner(source, { assembler, backends, ...options });
  const [output] = await runner.run(input);
  runner.dispose();
  return output!;
}

const worst = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('openRunner', () => {
  test('runs a model, a network, a folder and an address alike', async () => {
    await tf.setBackend('wasm');
    const state = net.initialState(3);
    const model = net.toLayersModel({ state });
    const expected = await logits(model);
    expect(expected.shape).toEqual([2, 5]);
    for (const source of [{ assembly: net, state }, folder, `${address}/`]) {
      expect((await logits(source)).data).toEqual(expected.data);
    }
    model.dispose();
  });

  test('optimises on request, to the same numbers', async () => {
    const [plain, optimised] = [await logits(folder), await logits(folder, { optimize: true })];
    expect(worst(plain.data, optimised.data)).toBeLessThan(1e-5);
    const runner = await openRunner(folder, { assembler, backends, optimize: true, outputs: ['layer4.1.se.gate'] });
    expect(runner.outputs).toEqual(['layer4.1.se.gate']);
    runner.dispose();
  });

  test('gives cpu and wasm the same numbers', async () => {
    const [a, b] = [await logits(folder, { backend: 'cpu' }), await logits(folder, { backend: 'wasm' })];
    expect(worst(a.data, b.data)).toBeLessThan(1e-5);
  });

  test('takes a recipe or a config with a seed', async () => {
    const config = net.toJSON();
    expect((await logits(config, { seed: 3 })).data).toEqual((await logits(folder)).data);
    expect((await logits(config, { seed: 4 })).data).not.toEqual((await logits(folder)).data);
  });

  test('says how far a download is', async () => {
    const seen: [number, number | undefined][] = [];
    const runner = await openRunner(address, {
      assembler,
      backends,
      onProgress: (loaded, total) => seen.push([loaded, total]),
    });
    runner.dispose();
    const [loaded, total] = seen.at(-1)!;
    expect(loaded).toBe(total);
    expect(total).toBeGreaterThan(100_000);
  });

  test('refuses what cannot be fetched, read or run', async () => {
    await expect(openRunner(`${address}/broken`, { assembler, backends })).rejects.toMatchObject({
      code: 'FileUnreadable',
    });
    await expect(openRunner('no-such-folder', { assembler, backends })).rejects.toMatchObject({
      code: 'FileUnreadable',
    });
    await expect(openRunner(folder, { backends })).rejects.toMatchObject({ code: 'MissingPart' });
    await expect(openRunner(folder, { assembler, backend: 'wsm' })).rejects.toMatchObject({
      code: 'BackendUnavailable',
      suggestions: ['wasm'],
    });
    const runner = await openRunner(folder, { assembler, backends });
    await expect(runner.run({ ...input, shape: [2, 32, 32, 1] })).rejects.toMatchObject({ code: 'InputInvalid' });
    await expect(runner.run({ ...input, shape: [3, 32, 32, 3] })).rejects.toMatchObject({ code: 'InputInvalid' });
    await expect(runner.run(input, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'Aborted' });
    runner.dispose();
    await expect(runner.run(input)).rejects.toMatchObject({ code: 'InputInvalid' });
  });

  test('leaves no tensor behind, however often it runs', async () => {
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    const runner = await openRunner(folder, { assembler, backends, backend: 'wasm' });
    await runner.warmUp();
    const open = tf.memory().numTensors;
    for (let i = 0; i < 50; i++) await runner.run(input);
    expect(tf.memory().numTensors).toBe(open);
    runner.dispose();
    runner.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('backends', () => {
  const missing: Backend = {
    ...cpu,
    name: 'missing',
    check: async () => ({ available: false, detail: 'not installed', install: 'npm install it' }),
  };

  test('auto takes the first that is there, and says so', async () => {
    const { backend, reason } = await chooseBackend('auto', [missing, wasm, cpu]);
    expect([backend.name, reason]).toEqual(['wasm', 'the fastest that is there']);
    await expect(chooseBackend('missing', [missing])).rejects.toMatchObject({
      code: 'BackendUnavailable',
      expected: 'npm install it',
    });
    await expect(chooseBackend('auto', [missing])).rejects.toMatchObject({ code: 'BackendUnavailable' });
  });

  test('a check leaves the backend as it was', async () => {
    await tf.setBackend('cpu');
    expect((await wasm.check()).available).toBe(true);
    expect(tf.getBackend()).toBe('cpu');
  });

  test('diagnose lists them with what to install', async () => {
    const { backends: found, auto } = await diagnose([missing, wasm]);
    expect(found.map(({ name, available }) => [name, available])).toEqual([
      ['missing', false],
      ['wasm', true],
    ]);
    expect(found[0]!.install).toBe('npm install it');
    expect(auto).toBe('wasm');
  });
});
