import { SenetError } from '@senet/core/graph';
import { type ConsolaInstance, createConsola, LogLevels } from 'consola/basic';

/** Where a command writes to: `process`, or something that collects. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** The answer of a command goes to standard output, as text or as JSON; all else goes to standard error. */
export class Output {
  readonly log: ConsolaInstance;
  readonly json: boolean;
  readonly verbose: boolean;
  /** Standard output is a terminal. */
  readonly colours: boolean;
  private readonly stdout: NodeJS.WritableStream;

  constructor({ stdout, stderr }: Streams, { json, verbose }: { json: boolean; verbose: boolean }) {
    const stream = stderr as NodeJS.WriteStream;
    this.log = createConsola({
      stdout: stream,
      stderr: stream,
      level: verbose ? LogLevels.verbose : LogLevels.info,
    });
    this.stdout = stdout;
    this.colours = (stdout as Partial<NodeJS.WriteStream>).isTTY === true;
    this.json = json;
    this.verbose = verbose;
  }

  /** Prints the answer: `value` with `--json`, else `text`. */
  answer(value: unknown, text: () => string): void {
    this.text(this.json ? JSON.stringify(value, null, 2) : text());
  }

  text(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /** Tells of an error and returns the exit code: 2 where the command line is wrong, 1 for everything else. */
  fail(error: unknown): 1 | 2 {
    const { code, message, path, expected, suggestions } = describe(error);
    this.log.error(message);
    if (this.verbose) this.log.verbose(error instanceof Error ? error.stack : error);
    if (this.json) this.answer({ error: { code, message, path, expected, suggestions } }, () => '');
    return code === 'UsageInvalid' ? 2 : 1;
  }
}

function describe(error: unknown) {
  if (error instanceof SenetError) {
    const { code, message, path = null, expected = null, suggestions } = error;
    return { code, message, path, expected, suggestions };
  }
  const message = `unexpected: ${error instanceof Error ? error.message : error} (--verbose says where)`;
  return { code: 'Unexpected', message, path: null, expected: null, suggestions: [] };
}
