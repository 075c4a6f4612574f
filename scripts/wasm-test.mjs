/**
 * `npm run test:wasm`: every golden again with the kernels of @senet/wasm, in relaxed and in plain SIMD, and the training of
 * test/wasm.
 */
import { ensureBuilt } from './install-and-build.mjs';
import { runVitest } from './vitest-suite.mjs';

await ensureBuilt();
runVitest(['--config', 'test/wasm/vitest.config.ts']);
