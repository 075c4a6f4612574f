/**
 * `npm run test:browser [-- WORD…]`: builds a page with Vite and with esbuild, opens it in Chromium, and runs the cases
 * of test/browser/page in it (all, or those whose names contain one of the words). See docs/browser.md.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildWithEsbuild, buildWithVite, prepareModels } from '../test/browser/build.mjs';
import { findChromium, OTHER_HOST, openChromium } from '../test/browser/chromium.mjs';
import { serve } from '../test/browser/server.mjs';
import { ensureBuilt, root } from './install-and-build.mjs';

const counts = { passed: 0, failed: 0, skipped: 0 };
const LIMIT = 120_000;
const MARKS = { passed: '✓', failed: '✗', skipped: '–' };
const words = process.argv.slice(2);
const out = join(root, '.cache', 'browser');

const executable = findChromium();
if (executable) await testAll().catch((error) => report('the suite runs to its end', 'failed', error.stack));
else report('a Chromium is there', 'failed', 'apt-get install chromium, or SENET_CHROMIUM=path of one');

if (counts.skipped > 0) console.log(`${counts.skipped} skipped`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

async function testAll() {
  ensureBuilt('packages/cli', 'packages/run', 'packages/wasm');
  rmSync(out, { recursive: true, force: true });
  const [vite, bundle, models] = ['vite', 'esbuild', 'models'].map((name) => join(out, name));
  await attempt('Vite builds the page without a warning', () => expectNone(buildWithVite(root, vite)));
  await attempt('esbuild builds the page without a warning', () => expectNone(buildWithEsbuild(root, bundle)));
  const facts = await prepareModels(root, out, models);
  const wasm = join(root, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist');
  const server = await serve({ vite, esbuild: bundle, models, wasm }, facts);
  const browser = await openChromium(executable);
  console.log(`Chromium ${browser.version}`);
  try {
    const open = (path, chosen) => testPages(browser, new URL(path, server.origin).href, chosen);
    await open('/vite/', (name) => !/^(threads|insecure|plain)/.test(name));
    await open(`http://${OTHER_HOST}:${new URL(server.origin).port}/vite/`, (name) => name.startsWith('insecure'));
    await open('/vite/?plain', (name) => name.startsWith('plain'));
    await open('/vite/?isolated', (name) => name.startsWith('wasm: a narrow'));
    await open('/esbuild/', (name) => name.startsWith('wasm: a narrow'));
    await open('/esbuild/?isolated', (name) => /^(threads|@senet\/wasm)/.test(name));
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Runs the chosen cases: one page for all of them, and one for each that wants its own. */
async function testPages({ context }, address, chosen) {
  console.log(address);
  const shared = await openPage(context, address);
  const cases = await shared.page.evaluate(() => window.cases);
  for (const one of cases.filter(({ name }) => chosen(name) && isWanted(name))) {
    const own = one.fresh ? await openPage(context, address) : undefined;
    await testCase(own ?? shared, one);
    await own?.page.close();
  }
  await shared.page.close();
}

async function openPage(context, address) {
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(address);
  return { page, errors };
}

/** What the page writes to its console as an error fails the case that is running. */
async function testCase({ page, errors }, { name, noisy }) {
  const began = performance.now();
  const { status, detail } = await withinLimit(page.evaluate((which) => window.runNamed(which), name));
  const written = errors.splice(0).join('\n');
  const failed = written !== '' && !noisy;
  report(name, failed ? 'failed' : status, failed ? `${detail}\n${written}` : detail, performance.now() - began);
}

/** A case that hangs fails; closing Chromium ends it. */
function withinLimit(running) {
  const late = { status: 'failed', detail: `no answer within ${LIMIT / 1000} s` };
  return Promise.race([running, pause(LIMIT, late, { ref: false })]);
}

async function attempt(name, run) {
  const began = performance.now();
  try {
    await run();
    report(name, 'passed', '', performance.now() - began);
  } catch (error) {
    report(name, 'failed', String(error?.stack ?? error), performance.now() - began);
  }
}

async function expectNone(warnings) {
  const found = await warnings;
  if (found.length > 0) throw new Error(found.join('\n'));
}

function isWanted(name) {
  return words.length === 0 || words.some((word) => name.includes(word));
}

function report(name, status, detail = '', ms = 0) {
  counts[status]++;
  console.log(`  ${MARKS[status]} ${name}${detail && `: ${detail}`} (${(ms / 1000).toFixed(1)} s)`);
}
