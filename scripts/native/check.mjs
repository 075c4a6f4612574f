/** Runs smoke.mjs in a process of its own: a broken library ends a process, it does not throw. */
import { fileURLToPath } from 'node:url';
import { run } from '../run.mjs';

/**
 * @param {string} module what to import: the package's name, or the path of its index.js
 * @returns {Promise<string>} versions, one a line
 */
export async function smokeTest(module) {
  return (await run(process.execPath, [fileURLToPath(new URL('smoke.mjs', import.meta.url)), module])).trim();
}
