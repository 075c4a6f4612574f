/**
 * `npm run bench [-- NAME… --OPTION…]`: builds, then runs the benchmarks in test/bench (all, or those whose name is
 * given), with the options.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, root } from './install-and-build.mjs';

await ensureBuilt();
const folder = join(root, 'test', 'bench');
const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const files = readdirSync(folder).filter((file) => file.endsWith('.bench.mjs'));
const chosen = wanted.length === 0 ? files : files.filter((file) => wanted.some((name) => file.startsWith(name)));
if (chosen.length === 0) {
  console.error(
    `There is no benchmark ${wanted.join(', ')}; there are ${files.map((file) => file.replace('.bench.mjs', '')).join(', ')}.`,
  );
  process.exitCode = 2;
}
for (const file of chosen) {
  const { status } = spawnSync(process.execPath, ['--expose-gc', join(folder, file), ...options], {
    stdio: 'inherit',
    cwd: root,
  });
  if (status !== 0) process.exitCode = 1;
}
