/** The TensorFlow libraries and C headers out of the wheel. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { TENSORFLOW } from './pins.mjs';
import { packageIn } from './places.mjs';

/** Their SONAMEs: under any other file name the loader would not find them. */
export const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

const LICENSE = `${TENSORFLOW.name.replace('-', '_')}-${TENSORFLOW.version}.dist-info/LICENSE`;
const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/c/', 'tsl/platform/'];
const WANTED = [
  ...LIBRARIES.map((file) => `tensorflow/${file}`),
  ...HEADERS.map((folder) => `tensorflow/include/${folder}`),
  LICENSE,
];

/** Node has no reader of zip files; Python, which pip needs anyway, has one. */
const UNZIP = `
import sys, zipfile
wheel, target, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if name.startswith(tuple(wanted))])
`;

/**
 * Puts the stripped libraries into the package's deps/lib.
 *
 * @returns {Promise<string>} the folder of headers
 */
export async function extractLibraries(work, wheel) {
  const unpacked = join(work, 'downloads', 'wheel');
  await run('python3', ['-c', UNZIP, wheel, unpacked, ...WANTED]);
  rmSync(wheel);
  const target = librariesIn(work);
  mkdirSync(target, { recursive: true });
  for (const file of LIBRARIES) await run('strip', ['-o', join(target, file), join(unpacked, 'tensorflow', file)]);
  copyFileSync(join(unpacked, LICENSE), join(target, 'LICENSE'));
  return join(unpacked, 'tensorflow', 'include');
}

export function librariesIn(folder) {
  return join(packageIn(folder), 'deps', 'lib');
}
