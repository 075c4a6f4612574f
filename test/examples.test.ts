/** Every example, run as its reader runs it. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Example → what it has to print. */
const PRINTS: Readonly<Record<string, readonly RegExp[]>> = {
  'fashion-mnist/main': [
    /in all +1000 +28,141,144 +4091\.7/,
    /16 attachments with 2,530,992 parameters, each proven to be on the path/,
    /accuracy +92\.6 % of 500 images/,
    /agreement with timm +100\.0 % of predictions/,
    /layer3\.1\.se\.gate +0\.519 +0\.293 +0\.702/,
    /SE does not make this network better/,
  ],
  'own-attention': [/✓ depends on each of its parameters/, /8 attachments, 1928 parameters/, /\[null,32,32,8\]$/m],
  'own-backbone': [/2 attachments with 2,680 parameters/, /no site 'hiden'.*did you mean 'hidden'\?/],
  'own-container': [/11,281,354 parameters, 8 SE/, /layer1\.0\.bn2\.weight starts at 1, not at 0/],
  'own-model': [/^se\.fc2 +Conv2D 24$/m, /after the last: (9\d|100)\.\d %/],
  'swap-se-for-eca': [/of them in attention +461,640 +39$/m, /blocks\.4\.2\.se +hidden +576 +166,608 +5$/m],
};

beforeAll(() => {
  const { status, stdout } = node('node_modules/typescript/bin/tsc', '-b', 'examples');
  expect(status, stdout).toBe(0);
});

test.each(Object.entries(PRINTS))('%s', (name, expected) => {
  const { status, stdout, stderr } = node(`examples/dist/${name}.js`);
  expect(status, stderr).toBe(0);
  for (const line of expected) expect(stdout).toMatch(line);
  expect(stdout).not.toContain('✗');
});

test('all examples are run', () => {
  const files = readdirSync(fileURLToPath(new URL('../examples', import.meta.url)));
  const names = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
  expect(Object.keys(PRINTS).filter((name) => !name.includes('/'))).toEqual(names.sort());
});

function node(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
}
