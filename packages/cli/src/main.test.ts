import { describe, expect, test } from 'vitest';
import { Collector, callSenet } from './call.js';
import { Output } from './output.js';

const COMMANDS = ['list', 'plan', 'assemble', 'run', 'schema'];

describe('help and version', () => {
  test.each([['--help'], ['-h']])('%s names every command', async (flag) => {
    const { code, stdout, stderr } = await callSenet(flag);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ *${command} `, 'm'));
  });

  test.each(COMMANDS)('%s --help says what it does and takes', async (command) => {
    const { code, stdout, stderr } = await callSenet(command, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`USAGE senet ${command}`);
    expect(stdout).toContain('--json');
  });

  test('--help comes before everything that is wrong', async () => {
    expect(await callSenet('run', '--nonsense', '--help')).toMatchObject({ code: 0, stderr: '' });
  });

  test('--version', async () => {
    const { stdout } = await callSenet('--version');
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { stdout: json } = await callSenet('--version', '--json');
    expect(JSON.parse(json)).toEqual({ version: stdout.trim() });
  });
});

describe('a command line that cannot be understood', () => {
  test.each([
    ['no command', [], 'no command is given', []],
    ['an unknown command', ['plann', 'resnet50'], "there is no command 'plann'", ['plan']],
    ['a property of objects as a command', ['constructor'], "there is no command 'constructor'", []],
    ['an unknown flag', ['plan', 'resnet50', '--siez', '64'], "there is no option '--siez'", ['--size']],
    ['an unknown flag without a command', ['--versoin'], "there is no option '--versoin'", ['--version', '--verbose']],
  ])('%s', async (_, words, problem, suggestions) => {
    const { code, stdout, stderr } = await callSenet(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    const { stdout: json } = await callSenet(...words, '--json');
    expect(JSON.parse(json)).toMatchObject({ error: { code: 'UsageInvalid', suggestions } });
  });

  test('flags may stand before the command', async () => {
    const { code, stdout } = await callSenet('--json', 'list', 'ops');
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['ops']);
  });
});

describe('an error', () => {
  test('is one readable line with exit code 1, and complete in JSON', async () => {
    const plain = await callSenet('plan', 'seresnet5o');
    expect(plain).toMatchObject({ code: 1, stdout: '' });
    expect(plain.stderr).toMatch(/^\[error\] there is no recipe, config file or folder 'seresnet5o'.*\n$/);
    const { code, stdout, stderr } = await callSenet('plan', 'seresnet5o', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: plain.stderr });
    const { error } = JSON.parse(stdout);
    expect(Object.keys(error)).toEqual(['code', 'message', 'path', 'expected', 'suggestions']);
    expect(error).toMatchObject({
      code: 'UnknownName',
      path: null,
      suggestions: ['seresnet50', 'seresnet18', 'seresnet34'],
    });
    expect(plain.stderr).toContain(error.message);
  });

  test('says where it came from with --verbose only', async () => {
    const { stderr } = await callSenet('plan', 'seresnet5o');
    expect(stderr).not.toMatch(/\.(ts|js):\d+/);
    const { stderr: verbose } = await callSenet('plan', 'seresnet5o', '--verbose');
    expect(verbose).toMatch(/models\.(ts|js):\d+/);
  });

  test('that nobody foresaw is told as such', () => {
    const stdout = new Collector();
    const stderr = new Collector();
    const output = new Output({ stdout, stderr }, { json: true, verbose: false });
    expect(output.fail(new TypeError('x is not a function'))).toBe(1);
    expect(stderr.text).toMatch(/^\[error\] unexpected: x is not a function.*\n$/);
    expect(JSON.parse(stdout.text)).toMatchObject({ error: { code: 'Unexpected', suggestions: [] } });
  });
});
