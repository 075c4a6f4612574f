import { describe, expect, test } from 'vitest';
import { parseArguments, wholeNumber } from './arguments.js';
import type { Arguments } from './command.js';

const ARGS = {
  model: { type: 'positional', required: true, description: 'a model' },
  files: { type: 'positional', required: false, repeated: true },
  input: { type: 'string', repeated: true, valueHint: 'FILE' },
  seed: { type: 'string', valueHint: 'N' },
  layout: { type: 'enum', options: ['nhwc', 'nchw'] },
  format: { type: 'enum', options: ['a', 'b'], default: 'a' },
  json: { type: 'boolean' },
  help: { type: 'boolean', alias: 'h' },
} as const satisfies Arguments;

const parse = (...words: string[]) => parseArguments(ARGS, words);

describe('parseArguments', () => {
  test('every kind of argument, in any order', () => {
    expect(
      parse('--input', 'a.npy', 'net', '--seed=3', 'b.png', '--input=c.png', '--json', '--layout', 'nchw'),
    ).toEqual({
      model: 'net',
      files: ['b.png'],
      input: ['a.npy', 'c.png'],
      seed: '3',
      layout: 'nchw',
      format: 'a',
      json: true,
      help: false,
    });
  });

  test('what is not given', () => {
    const { files, input, seed, json, format } = parse('net');
    expect({ files, input, seed, json, format }).toEqual({
      files: [],
      input: [],
      seed: undefined,
      json: false,
      format: 'a',
    });
  });

  test('an alias, and words after --', () => {
    const { help, model, files } = parse('-h', '--', 'net', '--seed');
    expect({ help, model, files }).toEqual({ help: true, model: 'net', files: ['--seed'] });
  });

  test('a negative number is a value, to be refused as such', () => {
    expect(parse('net', '--seed', '-1').seed).toBe('-1');
  });

  test.each([
    ['an unknown flag', ['net', '--sed', '3'], { path: undefined, suggestions: ['--seed'] }],
    ['an unknown short flag', ['net', '-x'], { suggestions: [] }],
    ['a negated flag', ['net', '--no-json'], { expected: expect.stringContaining('--json') }],
    ['a positional as a flag', ['net', '--model', 'x'], {}],
    ['a property of objects as a flag', ['net', '--constructor'], {}],
    ['a missing value', ['net', '--seed'], { path: '--seed', expected: 'N' }],
    ['a flag in place of a value', ['net', '--seed', '--json'], { path: '--seed' }],
    ['an empty value', ['net', '--seed='], { path: '--seed' }],
    ['a value for a switch', ['net', '--json=yes'], { path: '--json' }],
    ['a value given twice', ['net', '--seed', '1', '--seed', '2'], { path: '--seed', expected: 'one value' }],
    ['another value than the possible', ['net', '--layout', 'nchv'], { path: '--layout', suggestions: ['nchw'] }],
    ['a missing positional', ['--json'], { path: 'MODEL', expected: 'a model' }],
  ])('refuses %s', (_, words, error) => {
    expect(() => parse(...words)).toThrow(expect.objectContaining({ code: 'UsageInvalid', ...error }));
  });

  test('refuses a word too many', () => {
    const { files: _, ...args } = ARGS;
    expect(() => parseArguments(args, ['net', 'more'])).toThrow(/no use for 'more'/);
  });
});

describe('wholeNumber', () => {
  test.each([
    ['0', 0],
    ['7', 7],
    ['10', 10],
    [undefined, undefined],
  ])('%s', (text, number) => {
    expect(wholeNumber(text, '--n', { min: 0, max: 10 })).toBe(number);
  });

  test.each(['-1', '11', '1.5', '1e1', 'x', '0x1', ' 1'])('refuses %s', (text) => {
    const error = { code: 'UsageInvalid', path: '--n', expected: 'a whole number, 0 to 10' };
    expect(() => wholeNumber(text, '--n', { min: 0, max: 10 })).toThrow(expect.objectContaining(error));
  });
});
