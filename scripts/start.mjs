/** `npm start`: installs, compiles, and runs examples/fashion-mnist. */
import { ensureBuilt } from './install-and-build.mjs';

ensureBuilt('packages/cli', 'examples');
await import('../examples/dist/fashion-mnist/main.js');
