/** The three downloads, each through its own client, each checked against a hash that is in this repository. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm, run, SetupError } from '../run.mjs';
import { TENSORFLOW, TFJS_NODE } from './pins.mjs';
import { packageIn, root } from './places.mjs';

const LISTS = fileURLToPath(new URL('packages/', import.meta.url));

/** `npm ci` of packages/package-lock.json, with the settings of the repository's .npmrc. */
export async function installPackages(work) {
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(LISTS, file), join(work, file));
  if (existsSync(join(root, '.npmrc'))) copyFileSync(join(root, '.npmrc'), join(work, '.npmrc'));
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: work });
}

/**
 * tfjs-node without its dependencies: they are in packages/, except for TensorFlow.js itself, which must stay the
 * workspace's own copy, and for those its own installation script alone uses.
 */
export async function unpackTfjsNode(work) {
  const downloads = downloadsIn(work);
  const spec = `${TFJS_NODE.name}@${TFJS_NODE.version}`;
  await npm(['pack', spec, '--pack-destination', downloads], { cwd: work });
  const tarball = join(downloads, onlyFile(downloads, '.tgz'));
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== TFJS_NODE.integrity) throw new SetupError(`${spec} has ${found}; expected ${TFJS_NODE.integrity}`);
  const target = packageIn(work);
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1', '--no-same-owner']);
}

/**
 * The wheel, through pip in its hash-checking mode.
 *
 * @returns {Promise<string>} its path
 */
export async function downloadWheel(work) {
  const { name, version, python, abi, platform, sha256 } = TENSORFLOW;
  const downloads = downloadsIn(work);
  const list = join(downloads, 'requirements.txt');
  writeFileSync(list, `${name}==${version} --hash=sha256:${sha256}\n`);
  const target = ['--implementation', 'cp', '--python-version', python, '--abi', abi, '--platform', platform];
  const options = ['--no-deps', '--only-binary', ':all:', '--no-cache-dir', '--disable-pip-version-check'];
  // pip keeps what it is downloading in TMPDIR: here it lies on the disk whose space was checked, and goes with `work`.
  const env = { ...process.env, TMPDIR: downloads, PIP_REQUIRE_VIRTUALENV: '0' };
  const pip = ['-m', 'pip', 'download', '--require-hashes', ...options, ...target, '-d', downloads, '-r', list];
  const show = process.stderr.isTTY;
  if (show) console.error(); // pip's progress bar wants a line of its own
  await run('python3', pip, { env, show });
  return join(downloads, onlyFile(downloads, '.whl'));
}

export function downloadsIn(work) {
  const folder = join(work, 'downloads');
  mkdirSync(folder, { recursive: true });
  return folder;
}

function onlyFile(folder, ending) {
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  if (files.length !== 1) throw new SetupError(`expected one ${ending} in ${folder}, found ${files.length}`);
  return files[0];
}
