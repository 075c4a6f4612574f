/**
 * `npm run setup:native`: installs TensorFlow's native backend (tfjs-node) for this clone; nothing needs it. `-- --check`
 * tries it, `-- --remove` takes it away. See docs/native.md.
 */
import { smokeTest } from './native/check.mjs';
import { install, makeLink } from './native/install.mjs';
import { TFJS_NODE } from './native/pins.mjs';
import { remove } from './native/remove.mjs';
import { state } from './native/state.mjs';
import { SetupError } from './run.mjs';

const USAGE = `npm run setup:native               installs ${TFJS_NODE.name} ${TFJS_NODE.version} for this clone (Linux x64)
npm run setup:native -- --check    tries what is installed and prints versions
npm run setup:native -- --remove   takes it away again`;

const FOREIGN = `node_modules holds a ${TFJS_NODE.name} that was not put there by this script; it stays as it is.`;

const DONE = {
  ready: 'The native backend is installed already.',
  unlinked: 'The native backend was installed; its link in node_modules is back.',
  absent: 'The native backend is installed.',
};

const UNUSABLE = {
  absent: 'The native backend is not installed, or by an older state of this repository: npm run setup:native',
  unlinked: 'npm took the link to the native backend away: npm run setup:native',
};

const ACTIONS = {
  '': setUp,
  '--check': check,
  '--remove': () => console.log(remove() ? 'Removed.' : 'There was nothing to remove.'),
  '--help': () => console.log(USAGE),
};

try {
  const action = ACTIONS[process.argv.slice(2).join(' ')];
  if (!action) throw new SetupError(`${process.argv.slice(2).join(' ')} is not an option.\n${USAGE}`);
  await action();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}

async function setUp() {
  const found = state();
  if (found === 'foreign') throw new SetupError(FOREIGN);
  if (found === 'absent') await install();
  if (found === 'unlinked') makeLink();
  console.log(DONE[found]);
}

async function check() {
  const problem = UNUSABLE[state()];
  if (problem) throw new SetupError(problem);
  console.log(await smokeTest(TFJS_NODE.name));
}
