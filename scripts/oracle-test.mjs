/**
 * `npm run test:oracle`: installs PyTorch, timm and both Kerases into .cache/oracle where they are not there, and
 * compares what they compute with what this library does. Arguments go to vitest.
 */
import { randomInt } from 'node:crypto';
import { ensureBuilt } from './install-and-build.mjs';
import { ensureEnvironments } from './oracle/environments.mjs';
import { SetupError } from './run.mjs';
import { runVitest } from './vitest-suite.mjs';

await ensureBuilt();
try {
  await ensureEnvironments();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const seed = process.env.SENET_ORACLE_SEED ?? String(randomInt(2 ** 31));
console.log(`Seed ${seed}; for the same again: SENET_ORACLE_SEED=${seed} npm run test:oracle`);
runVitest(['--config=test/oracle/vitest.config.ts', ...process.argv.slice(2)], {
  ...process.env,
  SENET_ORACLE_SEED: seed,
});
