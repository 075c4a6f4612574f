import './testing/relaxed.js';
import { describe, expect, test } from 'vitest';
import { plainModule, relaxedModule } from './generated/modules.js';
import { importingShared, isShared } from './shared-memory.js';

/** Parts of `(module (import "env" "memory" (memory 1)) (func (export "nine") (i32.store (i32.const 4) (i32.const 9))))` */
const PREAMBLE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const TYPES = [1, 4, 1, 0x60, 0, 0];
const NAMES = [3, ...ascii('env'), 6, ...ascii('memory')];
const CODE = [3, 2, 1, 0, 7, 8, 1, 4, ...ascii('nine'), 0, 0, 10, 11, 1, 9, 0, 0x41, 4, 0x41, 9, 0x36, 2, 0, 0x0b];

const moduleOf = (imports: readonly number[]) =>
  Uint8Array.of(...PREAMBLE, ...TYPES, 2, imports.length, ...imports, ...CODE);
const importing = (...limits: number[]) => moduleOf([1, ...NAMES, 2, ...limits]);
const shared = (initial: number, maximum = 65_536) => new WebAssembly.Memory({ initial, maximum, shared: true });

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

describe('importingShared', () => {
  test.each([
    ['no maximum', [0, 1]],
    ['a maximum', [1, 1, 2]],
    ['a minimum of two bytes', [0, 0x80, 0x01]],
  ])('the same module, with %s, works on shared memory', async (_, limits) => {
    const memory = shared(200);
    const module = importing(...limits);
    await expect(WebAssembly.instantiate(module, { env: { memory } })).rejects.toThrow(WebAssembly.LinkError);
    const { instance } = await WebAssembly.instantiate(importingShared(module), { env: { memory } });
    (instance.exports.nine as () => void)();
    expect(new Int32Array(memory.buffer)[1]).toBe(9);
  });

  test('the minimum stays', async () => {
    const module = importingShared(importing(0, 0x80, 0x01));
    await expect(WebAssembly.instantiate(module, { env: { memory: shared(127) } })).rejects.toThrow(/128/);
  });

  test.each([
    ['plain', plainModule],
    ['relaxed', relaxedModule],
  ])('our kernels, %s, work on it: SIMD, and memory.fill of bytes', async (_, base64) => {
    const memory = shared(1);
    const module = importingShared(Buffer.from(base64, 'base64'));
    const { instance } = await WebAssembly.instantiate(module, { env: { memory } });
    const { hardSwish, zero } = instance.exports as unknown as Record<string, (...args: number[]) => void>;
    const floats = new Float32Array(memory.buffer);
    floats.set([-4, -1.5, 0, 1.5, 3, 4, 5, 6], 16);
    hardSwish!(8, 64, 128);
    expect([...floats.subarray(32, 40)]).toEqual([-0, -0.375, 0, 1.125, 3, 4, 5, 6]);
    zero!(64, 128);
    expect(floats.every((value) => value === 0)).toBe(true);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /another preamble|too early/],
    ['another version', Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0), /another preamble/],
    ['no imports', Uint8Array.of(...PREAMBLE, ...TYPES), /too early/],
    ['two imports', moduleOf([2, ...NAMES, 2, 0, 1, ...NAMES, 2, 0, 1]), /one thing alone/],
    ['a function as import', moduleOf([1, ...NAMES, 0, 0]), /no memory/],
    ['memory that is shared already', importing(3, 1, 2), /flags 3/],
    ['memory with 64-bit addresses', importing(4, 1), /flags 4/],
    ['a section that is too long', moduleOf([1, ...NAMES, 2, 0, 1, 0]), /another size/],
    ['an endless integer', importing(0, 0x80, 0x80, 0x80, 0x80, 0x80, 1), /32 bits/],
    ['an end within the import', importing(0, 1).subarray(0, PREAMBLE.length + TYPES.length + 16), /too early/],
  ])('refuses %s', (_, module, reason) => {
    expect(() => importingShared(module)).toThrow(reason);
  });
});

test('isShared', () => {
  expect(isShared(shared(1))).toBe(true);
  expect(isShared(new WebAssembly.Memory({ initial: 1 }))).toBe(false);
});
