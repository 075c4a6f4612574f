/** What a machine must have before anything is downloaded. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { megabytes, SetupError } from '../run.mjs';
import { NEEDED_BYTES, TFJS_NODE } from './pins.mjs';
import { root } from './places.mjs';

const TOOLS = [
  { command: ['python3', '-m', 'pip', '--version'], name: 'python3 with pip', debian: 'python3-pip' },
  { command: ['g++', '--version'], name: 'g++', debian: 'g++' },
  { command: ['strip', '--version'], name: 'strip', debian: 'binutils' },
  { command: ['tar', '--version'], name: 'tar', debian: 'tar' },
];

/** @throws {SetupError} on another platform, else with everything that is missing at once */
export function requireAll() {
  const platform = platformProblem();
  const problems = platform ? [platform] : [toolProblem(), tensorflowProblem(), spaceProblem()].filter(Boolean);
  if (problems.length > 0) throw new SetupError(problems.join('\n'));
}

/** Only where it has been tried. The wheel is linked against glibc, so musl (Alpine) is another platform. */
export function platformProblem(platform = process.platform, arch = process.arch, glibc = glibcVersion()) {
  if (platform === 'linux' && arch === 'x64' && glibc) return undefined;
  const libc = platform === 'linux' && !glibc ? ' without glibc' : '';
  return `The native backend is made for Linux x64 with glibc; this is ${platform} ${arch}${libc}. Everything else works without it.`;
}

function glibcVersion() {
  process.report.excludeNetwork = true; // its names are looked up otherwise, which can take seconds
  return process.report.getReport().header.glibcVersionRuntime;
}

function toolProblem() {
  const missing = TOOLS.filter(({ command: [file, ...args] }) => spawnSync(file, args).status !== 0);
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name }) => name).join(', ');
  return `Missing: ${names}. On Debian and Ubuntu: apt-get install ${missing.map(({ debian }) => debian).join(' ')}`;
}

/** Two versions of TensorFlow.js in one program would share the engine and nothing else. */
function tensorflowProblem() {
  const file = join(root, 'node_modules', '@tensorflow', 'tfjs', 'package.json');
  if (!existsSync(file)) return 'The workspace is not installed yet: npm ci';
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  if (version === TFJS_NODE.version) return undefined;
  return `${TFJS_NODE.name} ${TFJS_NODE.version} needs @tensorflow/tfjs ${TFJS_NODE.version}; installed is ${version}.`;
}

function spaceProblem() {
  const { bavail, bsize } = statfsSync(root);
  const free = bavail * bsize;
  return free >= NEEDED_BYTES
    ? undefined
    : `${megabytes(NEEDED_BYTES)} of free space are needed; ${megabytes(free)} are left.`;
}
