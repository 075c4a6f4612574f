/** The page as two bundlers build it, and the code that prepares its models, for Node. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { build } from 'vite';

/** @returns {Promise<string[]>} what Vite warned of: a Node module in the bundle, for one */
export async function buildWithVite(root, outDir) {
  const warnings = [];
  const warn = (message) => warnings.push(message);
  await build({
    root: join(root, 'test', 'browser'),
    base: '/vite/',
    configFile: false,
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: Number.POSITIVE_INFINITY },
    customLogger: {
      info() {},
      warn,
      warnOnce: warn,
      error: warn,
      clearScreen() {},
      hasErrorLogged: () => false,
      hasWarned: false,
    },
  });
  return warnings;
}

/**
 * Names stay whole, for tfjs' build with threads.
 *
 * @returns {Promise<string[]>} what esbuild warned of; a Node module in the bundle is an error
 */
export async function buildWithEsbuild(root, outDir) {
  const { warnings } = await esbuild.build({
    entryPoints: [join(root, 'test', 'browser', 'page', 'main.ts')],
    outdir: outDir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'silent',
  });
  await mkdir(outDir, { recursive: true });
  await writeFile(
    join(outDir, 'index.html'),
    '<!doctype html><title>esbuild</title><link rel="icon" href="data:,"><script type="module" src="main.js"></script>',
  );
  return warnings.map(({ text, location }) => `${location?.file ?? ''}: ${text}`);
}

/** Saves the models and says what the page should find in them. */
export async function prepareModels(root, outDir, models) {
  const outfile = join(outDir, 'prepare.mjs');
  await esbuild.build({
    entryPoints: [join(root, 'test', 'browser', 'prepare.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const { prepare } = await import(pathToFileURL(outfile).href);
  return prepare(root, models);
}
