/** Runs vitest on some files and ends with `N passed, N failed`, which is how the suites of this repository close. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install-and-build.mjs';

/**
 * @param {string[]} args vitest's filters and options
 * @param {NodeJS.ProcessEnv} env
 */
export function runVitest(args, env = process.env) {
  const report = join(root, '.cache', 'vitest.json');
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], {
    stdio: 'inherit',
    cwd: root,
    env,
  });

  const { numPassedTests = 0, numFailedTests = 0, numFailedTestSuites = 0 } = read(report);
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0, status === 0 ? 0 : 1);
  console.log(`${numPassedTests} passed, ${failed} failed`);
  process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return {};
  }
}
