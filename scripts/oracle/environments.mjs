/** Virtual environments of Python with pinned packages, made once and made anew when the pins change. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../install-and-build.mjs';
import { run, SetupError, step, stopCommands } from '../run.mjs';
import { findPython } from './python.mjs';

const ENVIRONMENTS = [
  {
    name: 'torch',
    title: 'PyTorch, timm, Keras 3 (230 MB, 1.0 GB on the disk)',
    imports: 'torch, safetensors.torch, PIL.Image, h5py, huggingface_hub',
    hint: 'A PyTorch made for CUDA needs its libraries; PIP_EXTRA_INDEX_URL can name the index with the CPU builds.',
  },
  {
    name: 'keras2',
    title: 'TensorFlow with Keras 2 (240 MB, 1.0 GB on the disk)',
    imports: 'tensorflow, keras, safetensors.numpy',
    hint: '',
  },
];

const PIP = ['-m', 'pip', '--disable-pip-version-check', '--no-input', 'install', '--quiet'];
const ONLY_THESE = ['--no-deps', '--only-binary=:all:', '--no-compile'];

/** @throws {SetupError} with what pip printed */
export async function ensureEnvironments() {
  process.once('exit', stopCommands);
  for (const environment of ENVIRONMENTS) if (!isReady(environment)) await make(environment);
}

function isReady({ name }) {
  const marker = markerOf(name);
  return existsSync(pythonOf(name)) && existsSync(marker) && readFileSync(marker, 'utf8') === pinsOf(name);
}

/** The marker is written last: what lacks it is half-made, or was made with other pins. */
async function make({ name, title, imports, hint }) {
  const python = await findPython();
  const home = homeOf(name);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  await step(title, async () => {
    await run(python, ['-m', 'venv', home]);
    await run(pythonOf(name), [...PIP, ...ONLY_THESE, '--requirement', requirementsOf(name)]);
  });
  await step(`Importing ${imports}`, () => run(pythonOf(name), ['-c', `import ${imports}`])).catch((error) => {
    throw new SetupError(`${error.message}\n${hint}`.trimEnd());
  });
  writeFileSync(markerOf(name), pinsOf(name));
}

const homeOf = (name) => join(root, '.cache', 'oracle', name);
const pythonOf = (name) => join(homeOf(name), 'bin', 'python');
const markerOf = (name) => join(homeOf(name), 'pins.sha256');
const requirementsOf = (name) => fileURLToPath(new URL(`${name}.txt`, import.meta.url));

function pinsOf(name) {
  return createHash('sha256')
    .update(readFileSync(requirementsOf(name)))
    .digest('hex');
}
