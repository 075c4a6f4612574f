/**
 * `npm run test:consumer`: packs the packages, installs the tarballs in an empty project outside of the workspace, and
 * tries there what users do: types, `import`, `require`, the command, a bundler, two copies of TensorFlow.js.
 */
import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { packAll } from '../test/consumer/pack.mjs';
import { createProject, runNode, typeCheck } from '../test/consumer/project.mjs';
import { ensureBuilt, root } from './install-and-build.mjs';

const SERESNET50 = 28141144;
const BUNDLER = ['--module', 'esnext', '--moduleResolution', 'bundler'];
let [passed, failed] = [0, 0];

ensureBuilt('packages/cli', 'packages/run');
const packed = await packAll(root, join(root, '.cache', 'packages'));
const project = await createProject(root, packed);
const { folder } = project;
const nodeModules = join(folder, 'node_modules');
try {
  await testTypes();
  await testPrograms();
  await testCommand();
  await test('Vite builds a page without a warning', buildPage);
  await testTwoCopies();
} finally {
  await project.remove();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function testTypes() {
  await test('types are right, in Node', async () =>
    assert.deepEqual(await typeCheck(root, folder, '--skipLibCheck'), []));
  await test('types are right, for a bundler', async () =>
    assert.deepEqual(await typeCheck(root, folder, '--skipLibCheck', ...BUNDLER), []));
  await test('declarations of @senet are right by themselves', async () => {
    const lines = await typeCheck(root, folder, '--skipLibCheck', 'false');
    assert.deepEqual(
      lines.filter((line) => line.includes('@senet/') || line.startsWith('program.ts')),
      [],
    );
  });
}

async function testPrograms() {
  await test('a program imports, saves, loads and runs on wasm', async () => {
    const { total, backend, logits } = await printed('program.mjs');
    assert.deepEqual({ backend, logits }, { backend: 'wasm', logits: 1000 });
    assert.ok(total > 20_000 && total < 60_000, `${total} parameters`);
  });
  await test('a program requires every entry', async () =>
    assert.deepEqual(await printed('program.cjs'), { total: SERESNET50 }));
  await test('a program without an import of TensorFlow.js gets it at the first model', async () => {
    const { plan, model, se } = await printed('lazy.mjs');
    assert.equal(model, plan);
    assert.equal(se, 'function');
  });
}

async function testCommand() {
  const command = join('node_modules', '@senet', 'cli', 'bin', 'senet.js');
  await test('the installed command plans', async () => {
    assert.ok((await readdir(join(nodeModules, '.bin'))).some((name) => name.startsWith('senet')));
    const { stdout } = await runNode(folder, command, 'plan', 'seresnet50', '--json');
    assert.equal(JSON.parse(stdout).params.total, SERESNET50);
  });
}

async function buildPage() {
  const warnings = [];
  const warn = (message) => warnings.push(message);
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    customLogger: {
      info() {},
      warn,
      warnOnce: warn,
      error: warn,
      clearScreen() {},
      hasErrorLogged: () => false,
      hasWarned: false,
    },
    build: { chunkSizeWarningLimit: Number.POSITIVE_INFINITY, target: 'es2022' },
  });
  assert.deepEqual(warnings, []);
  const assets = await readdir(join(folder, 'dist', 'assets'));
  assert.equal(assets.filter((name) => name.endsWith('.wasm')).length, 3, assets.join());
}

async function testTwoCopies() {
  await test('one copy of TensorFlow.js is no reason to warn', async () => {
    const { stderr } = await runNode(folder, 'lazy.mjs');
    assert.doesNotMatch(stderr, /two copies/);
  });
  await cp(join(nodeModules, '@tensorflow'), join(nodeModules, '@senet', 'core', 'node_modules', '@tensorflow'), {
    recursive: true,
  });
  await test('two copies of TensorFlow.js are named in a warning', async () => {
    const { stderr } = await runNode(folder, 'lazy.mjs');
    assert.match(stderr, /@senet: two copies of @tensorflow\/tfjs are installed/);
    assert.match(stderr, /npm dedupe/);
    assert.ok(stderr.includes(join('@senet', 'core', 'node_modules', '@tensorflow', 'tfjs')), stderr);
  });
  await test('a tensor of the other copy is refused', async () => {
    const { code, message } = await printed('two-copies.mjs');
    assert.equal(code, 'InputInvalid');
    assert.match(message, /another copy of @tensorflow\/tfjs/);
  });
}

async function printed(...args) {
  const { stdout, stderr } = await runNode(folder, ...args);
  assert.doesNotMatch(stderr, /ExperimentalWarning|DeprecationWarning/);
  return JSON.parse(stdout);
}

async function test(name, run) {
  const began = performance.now();
  const seconds = () => `(${((performance.now() - began) / 1000).toFixed(1)} s)`;
  try {
    await run();
    passed++;
    console.log(`  ✓ ${name} ${seconds()}`);
  } catch (error) {
    failed++;
    console.log(`  ✗ ${name} ${seconds()}\n${error?.stack ?? error}`);
  }
}
