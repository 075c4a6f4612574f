/** A Python that the pinned wheels are made for. */
import { run, SetupError } from '../run.mjs';

const COMMANDS = ['python3.11', 'python3', 'python'];
const PROBE = 'import ensurepip, sys, venv; assert sys.version_info[:2] == (3, 11)';

/** @throws {SetupError} where there is none with its `venv` module */
export async function findPython() {
  for (const command of COMMANDS) {
    try {
      await run(command, ['-c', PROBE]);
      return command;
    } catch {
      // the next one
    }
  }
  throw new SetupError(`Python 3.11 with its venv module is needed, and none of ${COMMANDS.join(', ')} is one.
On Debian and Ubuntu: apt-get install python3.11-venv`);
}
