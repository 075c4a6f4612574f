/** An empty project outside of the workspace that installs the tarballs, as a user would. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { manifestOf } from './pack.mjs';

const execute = promisify(execFile);

/**
 * @param {{ name: string, tarball: string }[]} packed
 * @returns {Promise<{ folder: string, remove(): Promise<void> }>}
 */
export async function createProject(root, packed) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'senet-consumer-')));
  await cp(join(root, 'test', 'consumer', 'project'), folder, { recursive: true });
  const { devDependencies } = manifestOf(root);
  const dependencies = Object.fromEntries([
    ...packed.map(({ name, tarball }) => [name, `file:${tarball}`]),
    ...['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'].map((id) => [id, devDependencies[id]]),
  ]);
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await execute('npm', ['install', ...options], { cwd: folder, shell: process.platform === 'win32' });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Runs a program of the project; what it prints, and what it complains of. */
export async function runNode(folder, ...args) {
  const { stdout, stderr } = await execute(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 });
  return { stdout, stderr };
}

/** Diagnostics of the TypeScript compiler, one a line; none where the program is right. */
export async function typeCheck(root, folder, ...options) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await runNode(folder, tsc, '-p', folder, '--pretty', 'false', ...options);
    return [];
  } catch ({ stdout }) {
    return stdout.split('\n').filter((line) => line !== '');
  }
}
