/** Takes away all that install.mjs makes, and nothing else. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { removeStaleWork } from './install.mjs';
import { cache, home, link } from './places.mjs';
import { isLinked } from './state.mjs';

/** @returns {boolean} whether there was anything */
export function remove() {
  const linked = isLinked();
  const found = linked || existsSync(home);
  if (linked) rmSync(link);
  rmSync(home, { recursive: true, force: true });
  removeStaleWork();
  if (existsSync(cache) && readdirSync(cache).length === 0) rmdirSync(cache);
  return found;
}
