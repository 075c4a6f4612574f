/** What of the native backend is there. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TENSORFLOW, TFJS_NODE } from './pins.mjs';
import { home, link, manifestIn, packageIn } from './places.mjs';

const SOURCES = ['pins.mjs', 'libraries.mjs', 'binding.mjs', 'patches.mjs', 'packages/package-lock.json'];

/**
 * - `ready`: installed and linked
 * - `unlinked`: installed, but npm took the link away (`npm ci` and `npm install` remove what the lock file lacks)
 * - `foreign`: a tfjs-node that is not of this script's making stands in node_modules
 * - `absent`: not installed, or not as these scripts would install it now
 */
export function state() {
  if (isForeign()) return 'foreign';
  if (!isInstalled()) return 'absent';
  return isLinked() ? 'ready' : 'unlinked';
}

/** The manifest an installation made by the present scripts has. */
export function manifest() {
  const hash = createHash('sha256');
  for (const source of SOURCES) hash.update(readFileSync(new URL(source, import.meta.url)));
  return { tfjsNode: TFJS_NODE.version, tensorflow: TENSORFLOW.version, scripts: hash.digest('hex') };
}

export function isLinked() {
  const stat = lstatSync(link, { throwIfNoEntry: false });
  return stat?.isSymbolicLink() === true && resolve(dirname(link), readlinkSync(link)) === packageIn(home);
}

function isForeign() {
  return lstatSync(link, { throwIfNoEntry: false }) !== undefined && !isLinked();
}

function isInstalled() {
  const file = manifestIn(home);
  if (!existsSync(file) || !existsSync(join(packageIn(home), 'package.json'))) return false;
  return readFileSync(file, 'utf8') === JSON.stringify(manifest());
}
