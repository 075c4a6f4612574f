import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

export type Environment = 'torch' | 'keras2';

const CACHE = fileURLToPath(new URL('../../.cache/oracle', import.meta.url));
const SECONDS = 240;
const KEPT_CHARACTERS = 4000;

/** A Python process that has its imports behind it and answers one request after the other. */
export class Worker {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: Interface;
  private stderr = '';
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    environment: Environment,
    private readonly script: string,
    variables: NodeJS.ProcessEnv = {},
  ) {
    const path = fileURLToPath(new URL(`python/${script}.py`, import.meta.url));
    const env = {
      ...process.env,
      HF_HUB_OFFLINE: '1',
      TF_CPP_MIN_LOG_LEVEL: '2',
      PYTHONPYCACHEPREFIX: join(CACHE, 'bytecode'),
      ...variables,
    };
    this.child = spawn(join(CACHE, environment, 'bin', 'python'), [path], { env });
    this.child.on('error', (error) => this.keep(`${error.message}; npm run test:oracle installs it`));
    this.child.stdin.on('error', () => undefined); // it has ended, which the request tells
    this.child.stderr.on('data', (chunk) => this.keep(String(chunk)));
    this.lines = createInterface({ input: this.child.stdout });
  }

  /** Runs a command; the answer's error, and whatever ends the process, become an `Error` with Python's words. */
  call<Result = null>(command: string, args: Readonly<Record<string, unknown>>): Promise<Result> {
    const answer = this.last.then(() => this.ask<Result>(command, args));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  stop(): void {
    this.child.kill();
  }

  private async ask<Result>(command: string, args: Readonly<Record<string, unknown>>): Promise<Result> {
    const line = this.nextLine(command);
    this.child.stdin.write(`${JSON.stringify({ command, arguments: args })}\n`);
    const { result, error } = JSON.parse(await line) as { result: Result; error?: string };
    if (error !== undefined) throw new Error(`${this.script}, ${command}: ${error}`);
    return result;
  }

  private nextLine(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.lines.off('line', onLine).off('close', onClose);
      };
      const fail = (what: string) => {
        settle();
        this.stop();
        reject(new Error(`${this.script}, ${command}: ${what}\n${this.stderr}`));
      };
      const onLine = (line: string) => {
        settle();
        resolve(line);
      };
      const onClose = () => fail('the process has ended');
      const timer = setTimeout(() => fail(`no answer in ${SECONDS} s`), SECONDS * 1000);
      if (this.child.exitCode !== null || this.child.signalCode !== null) onClose();
      else this.lines.on('line', onLine).on('close', onClose);
    });
  }

  private keep(text: string): void {
    this.stderr = (this.stderr + text).slice(-KEPT_CHARACTERS);
  }
}

/** What a file of tests works with: a Python process, and a folder that goes with it. */
export interface Workshop {
  readonly folder: string;
  call: Worker['call'];
}

/** Starts a worker before the tests of a file and ends it after them. */
export function useWorker(environment: Environment, script: string, variables?: NodeJS.ProcessEnv): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'senet-oracle-'));
  let worker: Worker;
  beforeAll(() => {
    worker = new Worker(environment, script, variables);
  });
  afterAll(() => {
    worker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, call: (command, args) => worker.call(command, args) };
}
