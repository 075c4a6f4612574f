import { cpu, tensorflow, wasm } from '@senet/run';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { useBackend } from './backend.js';

describe('useBackend', () => {
  test.each(['cpu', 'wasm'])('%s', async (name) => {
    expect(await useBackend(name)).toEqual({ name, reason: 'asked for' });
    expect(tf.getBackend()).toBe(name);
  });

  test('the fastest by default', async () => {
    await useBackend('cpu');
    const { available } = await tensorflow.check();
    expect(await useBackend()).toEqual({
      name: available ? 'tensorflow' : 'wasm',
      reason: 'the fastest that is there',
    });
  });

  test.each(['wsam', 'toString'])('%s is none', async (name) => {
    const error = { code: 'BackendUnavailable', path: 'backend', expected: expect.stringContaining('wasm, cpu') };
    await expect(useBackend(name)).rejects.toThrow(expect.objectContaining(error));
  });

  test('webgl is for browsers', async () => {
    await expect(useBackend('webgl')).rejects.toThrow('only in a browser');
  });

  test('the next one where the fastest is not there', async () => {
    const broken = { ...wasm, check: async () => ({ available: false, detail: 'no WebAssembly here' }) };
    expect((await useBackend('auto', [broken, cpu])).name).toBe('cpu');
  });
});
