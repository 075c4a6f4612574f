/** `npm test`: installs and builds what is missing, and runs the tests. Arguments go to vitest: `npm test -- packages/core`. */
import { ensureBuilt } from './install-and-build.mjs';
import { runVitest } from './vitest-suite.mjs';

await ensureBuilt();
runVitest(process.argv.slice(2));
