import { parseArgs } from 'node:util';
import { nearest, SenetError, type SenetErrorDetails } from '@senet/core/graph';
import type { Argument, Arguments, Values } from './command.js';

type Given = Map<string, string | boolean | string[]>;

/**
 * Reads a command line by its definition, strictly: citty passes over flags it does not know, and keeps the last of
 * several values.
 *
 * @throws SenetError `UsageInvalid` with the nearest flags
 */
export function parseArguments<A extends Arguments>(args: A, raw: readonly string[]): Values<A> {
  const flags = Object.entries(args).filter(([, { type }]) => type !== 'positional');
  const options = Object.fromEntries(flags.map(([name, argument]) => [name, optionOf(argument)]));
  const { tokens } = parseArgs({ args: [...raw], options, strict: false, allowPositionals: true, tokens: true });
  const given: Given = new Map();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') takeFlag(given, args, token);
  }
  takePositionals(given, args, positionals);
  return complete(given, args) as Values<A>;
}

/** The error for a command line that cannot be understood. */
export function usageError(problem: string, details: SenetErrorDetails = {}): SenetError {
  return new SenetError('UsageInvalid', problem, details);
}

/** A flag's value as a whole number. */
export function wholeNumber(
  value: string | undefined,
  flag: string,
  { min, max = Number.MAX_SAFE_INTEGER }: { min: number; max?: number },
): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  const expected = max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number, ${min} to ${max}`;
  throw usageError(`'${value}' is not possible`, { path: flag, expected });
}

function optionOf(argument: Argument) {
  const type = argument.type === 'boolean' ? ('boolean' as const) : ('string' as const);
  const short = 'alias' in argument && argument.alias ? { short: String(argument.alias) } : {};
  return { type, multiple: true, ...short };
}

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function takeFlag(given: Given, args: Arguments, { name, rawName, value, inlineValue }: FlagToken): void {
  const argument = Object.hasOwn(args, name) ? args[name]! : undefined;
  if (!argument || argument.type === 'positional') throw unknownFlag(rawName, args);
  if (argument.type === 'boolean') {
    if (value !== undefined) throw usageError('takes no value', { path: rawName });
    given.set(name, true);
    return;
  }
  const another = inlineValue === false && /^-[^\d]/.test(value ?? '');
  if (value === undefined || value === '' || another) {
    throw usageError('needs a value', { path: rawName, expected: argument.valueHint ?? argument.description });
  }
  const before = given.get(name);
  if (argument.repeated) given.set(name, [...((before as string[]) ?? []), value]);
  else if (before !== undefined) throw usageError('is given twice', { path: rawName, expected: 'one value' });
  else given.set(name, checked(argument, value, rawName));
}

function unknownFlag(rawName: string, args: Arguments): SenetError {
  const known = Object.keys(args).filter((name) => args[name]!.type !== 'positional');
  return usageError(`there is no option '${rawName.slice(0, 80)}'`, {
    expected: `one of ${known.map((name) => `--${name}`).join(', ')}`,
    suggestions: nearest(rawName.replace(/^-+/, ''), known).map((name) => `--${name}`),
  });
}

function takePositionals(given: Given, args: Arguments, values: readonly string[]): void {
  const rest = [...values];
  for (const [name, argument] of Object.entries(args)) {
    if (argument.type !== 'positional') continue;
    if (argument.repeated) given.set(name, rest.splice(0));
    else if (rest.length > 0) given.set(name, checked(argument, rest.shift()!, name.toUpperCase()));
  }
  if (rest.length > 0) throw usageError(`there is no use for '${rest[0]!.slice(0, 80)}'`);
}

function checked({ options }: Argument, value: string, path: string): string {
  if (!options || options.includes(value)) return value;
  throw usageError(`'${value.slice(0, 80)}' is not possible`, {
    path,
    expected: `one of ${options.join(', ')}`,
    suggestions: nearest(value, options),
  });
}

function complete(given: Given, args: Arguments): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, argument] of Object.entries(args)) {
    const value = given.get(name) ?? argument.default ?? emptyValue(argument);
    if (value === undefined && argument.required) {
      const path = argument.type === 'positional' ? name.toUpperCase() : `--${name}`;
      throw usageError('is missing', { path, expected: argument.description });
    }
    values[name] = value;
  }
  return values;
}

function emptyValue({ type, repeated }: Argument): false | string[] | undefined {
  if (type === 'boolean') return false;
  return repeated ? [] : undefined;
}
