import { Writable } from 'node:stream';
import { main } from './main.js';

/** What a call of the command gave. */
export interface Call {
  /** The exit code. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Calls the `senet` command in this process and collects what it prints: for scripts, and for tests.
 *
 * @example
 * ```ts
 * const { code, stdout } = await callSenet('plan', 'seresnet50', '--json');
 * ```
 */
export async function callSenet(...args: readonly string[]): Promise<Call> {
  const stdout = new Collector();
  const stderr = new Collector();
  const code = await main(args, { stdout, stderr });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** A stream that keeps what is written to it. */
export class Collector extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
