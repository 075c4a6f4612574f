/** Running commands, and telling how far it is. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';

/** An error whose message is meant for the reader: printed without a stack. */
export class SetupError extends Error {}

const running = new Set();

/** Ends what {@link run} has started and is still at work. */
export function stopCommands() {
  for (const child of running) child.kill();
}

/**
 * Runs a command to its end and returns what it printed to stdout.
 *
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options] `show` lets the command draw its
 *   progress on the terminal
 * @throws {SetupError} with all it printed, where it cannot be started or does not end with 0
 */
export function run(command, args, { cwd, env = process.env, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const output = show ? process.stderr : 'pipe';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output] });
    running.add(child);
    let stdout = '';
    let everything = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
      everything += chunk;
    });
    child.stderr?.on('data', (chunk) => (everything += chunk));
    child.on('error', (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(stdout);
      else reject(new SetupError(`${basename(command)} ended with ${signal ?? code}\n${everything}`.trimEnd()));
    });
  });
}

/** The npm that runs this script, or else the one on the path. */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return run(process.execPath, [script, ...args], options);
  return run('npm', args, options);
}

/** Prints a title, does the work, prints how long it took. */
export async function step(title, work) {
  process.stderr.write(`${title} … `);
  const began = performance.now();
  try {
    const result = await work();
    console.error(`${((performance.now() - began) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    console.error('failed');
    throw error;
  }
}

/** `207 MB`: decimal, as the package indexes count. */
export function megabytes(bytes) {
  return `${bytes < 9_500_000 ? (bytes / 1e6).toFixed(1) : Math.round(bytes / 1e6)} MB`;
}
