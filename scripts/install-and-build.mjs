/** What every script of this repository does first. Node built-ins only: nothing is installed yet when it runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Installs what package-lock.json lists where it is not there yet, then compiles what changed since the last time.
 * Ends the process where either fails.
 *
 * @param {...string} projects folders of TypeScript projects; without any, all of the repository
 */
export function ensureBuilt(...projects) {
  refuseOldNode();
  if (!isInstalled()) install();
  const kernels = join(root, 'packages', 'wasm', 'scripts', 'build.mjs');
  endUnless(step('Compiling SIMD kernels (asc)', process.execPath, [kernels]));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  endUnless(step('Compiling (tsc -b)', process.execPath, [tsc, '-b', ...projects]));
}

/** npm keeps a list of what it installed: everything in the lock file must stand there in the same version. */
function isInstalled() {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const { '': _workspace, ...wanted } = packagesOf(join(root, 'package-lock.json'));
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (!installed[path]) return optional === true; // made for another platform
    return installed[path].version === version && existsSync(join(root, path));
  });
}

function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`This needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

function install() {
  const clean = step('Installing dependencies (npm ci)', ...npm('ci', '--no-audit', '--no-fund'));
  // Some versions of npm refuse a lock file without every other platform's binaries; `install` takes the same versions.
  if (!clean.ok && clean.output.includes('EUSAGE')) {
    endUnless(step('Installing dependencies (npm install)', ...npm('install', '--no-save', '--no-audit', '--no-fund')));
  } else endUnless(clean);
}

/** The npm that runs this script, or else the one on the path. */
function npm(...args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args];
}

function step(title, command, args) {
  process.stderr.write(`${title} … `);
  const began = performance.now();
  const shell = command === 'npm' && process.platform === 'win32';
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: root, shell, encoding: 'utf8' });
  const ok = status === 0;
  console.error(ok ? `${((performance.now() - began) / 1000).toFixed(1)} s` : 'failed');
  return { ok, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
}

function endUnless({ ok, output }) {
  if (ok) return;
  console.error(output);
  process.exit(1);
}
