/** `npm run test:wasm`: every golden with the kernels of @senet/wasm, in both kinds of SIMD, and the tests beside this file. */
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = (name: string, include: string, env: Record<string, string>) => {
  const shared = { ...base, root, test: { ...base.test, include: [include], exclude: ['**/node_modules/**'] } };
  return mergeConfig(shared, { test: { name, env } });
};

export default defineConfig({
  root,
  test: {
    maxWorkers: 2,
    projects: [
      project('goldens, relaxed SIMD', 'test/golden-*.test.ts', { SENET_TEST_WASM: 'relaxed' }),
      project('goldens, plain SIMD', 'test/golden-*.test.ts', { SENET_TEST_WASM: 'plain' }),
      project('training', 'test/wasm/**/*.test.ts', {}),
    ],
  },
});
