/** Everything is made and tried in a folder of its own; only what works is moved to its place. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { megabytes, step, stopCommands } from '../run.mjs';
import { compileBinding } from './binding.mjs';
import { smokeTest } from './check.mjs';
import { downloadsIn, downloadWheel, installPackages, unpackTfjsNode } from './downloads.mjs';
import { extractLibraries } from './libraries.mjs';
import { patchRemovedCalls } from './patches.mjs';
import { INSTALLED_BYTES, PACKAGES, TENSORFLOW, TFJS_NODE } from './pins.mjs';
import { cache, home, link, manifestIn, packageIn } from './places.mjs';
import { requireAll } from './requirements.mjs';
import { manifest } from './state.mjs';

/** Downloads, compiles, tries, and moves to its place. */
export async function install() {
  requireAll();
  announce();
  removeStaleWork();
  const work = openWork();
  try {
    await build(work);
    await step('Trying it', () => smokeTest(join(packageIn(work), 'dist', 'index.js')));
    writeFileSync(manifestIn(work), JSON.stringify(manifest()));
    rmSync(home, { recursive: true, force: true });
    renameSync(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  makeLink();
}

/** Puts the link into node_modules, where nothing or a link of ours may stand. */
export function makeLink() {
  rmSync(link, { force: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), packageIn(home)), link);
}

function announce() {
  const total = megabytes(TENSORFLOW.bytes + TFJS_NODE.bytes + PACKAGES.bytes);
  console.error(`The native backend of TensorFlow.js: downloads ${total}, takes ${megabytes(INSTALLED_BYTES)} on the disk.
  ${TENSORFLOW.name} ${TENSORFLOW.version}   ${megabytes(TENSORFLOW.bytes)}, the TensorFlow library out of a Python wheel (pip)
  ${TFJS_NODE.name} ${TFJS_NODE.version}   ${megabytes(TFJS_NODE.bytes)} (npm), without its installation script
  ${PACKAGES.count} small packages it needs   ${megabytes(PACKAGES.bytes)} (npm)
Everything goes to .cache/native, and a link to it into node_modules. Undo: npm run setup:native -- --remove`);
}

async function build(work) {
  await step('npm packages', () => installPackages(work));
  await step(`${TFJS_NODE.name} ${TFJS_NODE.version}`, () => unpackTfjsNode(work));
  const wheel = await step(`${TENSORFLOW.name} ${TENSORFLOW.version}`, () => downloadWheel(work));
  const headers = await step('Unpacking and stripping the libraries', () => extractLibraries(work, wheel));
  await step('Compiling the binding', () => compileBinding(work, headers));
  patchRemovedCalls(work);
  rmSync(downloadsIn(work), { recursive: true });
}

/** A folder beside the final one, gone when the process ends in any way but SIGKILL. */
function openWork() {
  const work = `${home}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  process.once('exit', () => {
    stopCommands();
    rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  return work;
}

/** What a killed run has left. */
export function removeStaleWork() {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    const pid = /^native\.(\d+)$/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
