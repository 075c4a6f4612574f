import { expect, test } from 'vitest';
import { callSenet } from '../call.js';

test('says which backends are here, and what to install for the others', async () => {
  const { code, stdout } = await callSenet('doctor', '--json');
  const { backends, auto } = JSON.parse(stdout) as {
    backends: { name: string; available: boolean; install?: string }[];
    auto: string;
  };
  expect(code).toBe(0);
  expect(backends.map(({ name }) => name)).toEqual(['tensorflow', 'webgpu', 'webgl', 'wasm', 'cpu']);
  expect(backends.find(({ name }) => name === 'wasm')!.available).toBe(true);
  expect(backends.find(({ available }) => available)!.name).toBe(auto);
  const tensorflow = backends[0]!;
  expect(tensorflow.available || tensorflow.install?.includes('setup:native')).toBe(true);
});

test('as a table', async () => {
  const { stdout } = await callSenet('doctor');
  expect(stdout).toMatch(/^wasm +yes .*@senet\/wasm \d+\.\d+\.\d+: relaxed SIMD$/m);
  expect(stdout).toMatch(/^webgl +no .*only in a browser$/m);
  expect(stdout).not.toMatch(/imported from/);
});
