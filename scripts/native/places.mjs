/** Where things stand: everything in one folder of .cache, and one link to it in node_modules. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TFJS_NODE } from './pins.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cache = join(root, '.cache');
export const home = join(cache, 'native');

/**
 * tfjs-node finds `@tensorflow/tfjs` by walking up from here, and there is none before the workspace's own. The
 * folder is called node_modules because bundlers and vitest leave what lies in one to Node.
 */
export const packageIn = (folder) => join(folder, 'node_modules', ...TFJS_NODE.name.split('/'));

export const link = packageIn(root);
export const manifestIn = (folder) => join(folder, 'installed.json');
