/** The packages as npm would publish them. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folders of the packages, those that others depend on first or last in no order. */
export function packageFolders(root) {
  return readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
}

export function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * Packs every package into an empty folder.
 *
 * @returns {Promise<{ name: string, folder: string, tarball: string, files: { path: string, mode: number }[] }[]>}
 */
export async function packAll(root, destination) {
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(destination, { recursive: true });
  const packed = [];
  for (const folder of packageFolders(root)) {
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination], {
      cwd: folder,
      shell: process.platform === 'win32',
      maxBuffer: 2 ** 26,
    });
    const [{ name, filename, files }] = [JSON.parse(stdout)].flat();
    packed.push({ name, folder, tarball: join(destination, filename), files });
  }
  return packed;
}
