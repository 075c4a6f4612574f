import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
// @ts-expect-error plain scripts have no types
import { replaceCalls } from '../../scripts/native/patches.mjs';
// @ts-expect-error
import { platformProblem } from '../../scripts/native/requirements.mjs';

const setup = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('../../scripts/setup-native.mjs', import.meta.url)), ...args], {
    encoding: 'utf8',
  });

describe('npm run setup:native', () => {
  test('refuses what it does not know, and does nothing', () => {
    const { status, stderr } = setup('--remvoe');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^--remvoe is not an option/);
    expect(stderr).toContain('--remove');
  });

  test.each([
    ['darwin', 'arm64', undefined, 'darwin arm64'],
    ['linux', 'arm64', '2.36', 'linux arm64'],
    ['linux', 'x64', undefined, 'linux x64 without glibc'],
    ['win32', 'x64', undefined, 'win32 x64'],
  ])('refuses %s %s with glibc %s, readably', (platform, arch, glibc, named) => {
    expect(platformProblem(platform, arch, glibc ?? null)).toContain(`this is ${named}.`);
  });

  test('takes Linux x64 with glibc', () => {
    expect(platformProblem('linux', 'x64', '2.36')).toBeUndefined();
  });

  test('replaces calls that Node 23 dropped by what they meant', () => {
    const source = 'if ((0, util_1.isNullOrUndefined)(a) || (0, util_1.isArray)(b)) c = Array.isArray(d);';
    const { text, count } = replaceCalls(source);
    expect(count).toBe(2);
    for (const [a, b, expected] of [
      [null, 0, true],
      [undefined, 0, true],
      [0, 0, undefined],
      [0, [], true],
    ]) {
      expect(runInNewContext(`let c; ${text} c`, { a, b, d: [] })).toBe(expected);
    }
  });
});
