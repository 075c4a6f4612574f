/**
 * `npm run test:native`: sets the native backend up where it is not there, and runs on it what the other suites run on
 * wasm: every golden, and the tests of test/native.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, root } from './install-and-build.mjs';
import { runVitest } from './vitest-suite.mjs';

await ensureBuilt();
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'setup-native.mjs')], {
  stdio: 'inherit',
  cwd: root,
});
if (status !== 0) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}
runVitest(['test/golden', 'test/native', 'test/endurance'], {
  ...process.env,
  SENET_TEST_BACKEND: 'tensorflow',
  TF_CPP_MIN_LOG_LEVEL: '1',
});
