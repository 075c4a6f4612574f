import type { ArgDef } from 'citty';
import type { Output } from './output.js';

/** An argument as citty describes it; a `repeated` one may be given several times, `options` are all there are. */
export type Argument = ArgDef & { readonly repeated?: true; readonly options?: string[] };
export type Arguments = Readonly<Record<string, Argument>>;

type Value<A extends Argument> = A extends { repeated: true }
  ? readonly string[]
  : A extends { type: 'boolean' }
    ? boolean
    : A extends { required: true } | { default: string }
      ? string
      : string | undefined;

/** What a command is called with: a value for each of its arguments. */
export type Values<A extends Arguments> = { readonly [Name in keyof A]: Value<A[Name]> };

/** One of `senet`'s commands: parses, calls, prints. */
export interface Command<A extends Arguments = Arguments> {
  readonly meta: { readonly name: string; readonly description: string };
  readonly args: A;
  /** @throws SenetError for whatever the user can put right */
  run(values: Values<A>, output: Output): Promise<void>;
}

export function defineCommand<const A extends Arguments>(command: Command<A>): Command<A> {
  return command;
}

/** Flags that every command has. */
export const COMMON = {
  json: { type: 'boolean', description: 'print JSON, and nothing else, on standard output' },
  verbose: { type: 'boolean', description: 'say more on the way, and where an error came from' },
  help: { type: 'boolean', alias: 'h', description: 'print this' },
} as const satisfies Arguments;
