import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { nearest } from '@senet/core/graph';
import { renderUsage } from 'citty';
import { parseArguments, usageError } from './arguments.js';
import { type Arguments, COMMON, type Command } from './command.js';
import { Output, type Streams } from './output.js';

/** Loaded when they are called for: a plan shall not wait for what a run needs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  list: async () => (await import('./commands/list.js')).list as unknown as Command,
  plan: async () => (await import('./commands/plan.js')).plan as unknown as Command,
  assemble: async () => (await import('./commands/assemble.js')).assemble as unknown as Command,
  run: async () => (await import('./commands/run.js')).run as unknown as Command,
  predict: async () => (await import('./commands/predict.js')).predict as unknown as Command,
  inspect: async () => (await import('./commands/inspect.js')).inspect as unknown as Command,
  convert: async () => (await import('./commands/convert.js')).convert as unknown as Command,
  doctor: async () => (await import('./commands/doctor.js')).doctor as unknown as Command,
  schema: async () => (await import('./commands/schema.js')).schema as unknown as Command,
};

const TOP = {
  ...COMMON,
  version: { type: 'boolean', description: 'print the version' },
} as const satisfies Arguments;

/**
 * The `senet` command.
 *
 * @param raw the command line, without `node` and the script
 * @returns the exit code: 0, 1 for an error, 2 for a command line that cannot be understood
 */
export async function main(raw: readonly string[], streams: Streams = process): Promise<number> {
  const output = new Output(streams, { json: raw.includes('--json'), verbose: raw.includes('--verbose') });
  if (streams === process) process.stdout.on('error', endQuietly);
  try {
    await dispatch(raw, output);
    return 0;
  } catch (error) {
    return output.fail(error);
  }
}

async function dispatch(raw: readonly string[], output: Output): Promise<void> {
  const at = raw.findIndex((word) => !word.startsWith('-'));
  if (at < 0) return withoutCommand(raw, output);
  const name = raw[at]!;
  if (!Object.hasOwn(COMMANDS, name)) {
    const known = Object.keys(COMMANDS);
    throw usageError(`there is no command '${name.slice(0, 80)}'`, {
      expected: `one of ${known.join(', ')}`,
      suggestions: nearest(name, known),
    });
  }
  const command = await COMMANDS[name]!();
  const args = { ...command.args, ...COMMON };
  const words = raw.toSpliced(at, 1);
  if (words.includes('--help') || words.includes('-h')) {
    output.text(await usage(output, { ...command, args }, { name: 'senet', version: version() }));
    return;
  }
  await command.run(parseArguments(args, words), output);
}

async function withoutCommand(raw: readonly string[], output: Output): Promise<void> {
  const values = parseArguments(TOP, raw);
  if (values.version) output.answer({ version: version() }, version);
  else if (values.help) output.text(await overview(output));
  else throw usageError('no command is given', { expected: `one of ${Object.keys(COMMANDS).join(', ')}; or --help` });
}

async function overview(output: Output): Promise<string> {
  const commands = await Promise.all(Object.entries(COMMANDS).map(async ([name, load]) => [name, await load()]));
  return usage(output, {
    meta: { name: 'senet', version: version(), description: 'Squeeze-and-Excitation networks on TensorFlow.js' },
    args: TOP,
    subCommands: Object.fromEntries(commands),
  });
}

async function usage(output: Output, command: object, parent?: { name: string; version: string }): Promise<string> {
  const text = (await renderUsage(command, parent && { meta: parent })).replace(/ +$/gm, '');
  return output.colours ? text : stripVTControlCharacters(text);
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

/** Whoever reads the output may stop before its end: `senet list | head`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
