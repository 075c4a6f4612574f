/**
 * `npm run size`: what parts of the library weigh in a page, bundled and minified by esbuild and compressed by gzip,
 * TensorFlow.js itself left out. Fails where a part is heavier than test/size-limits.json allows, or holds a package
 * that it must not hold.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { ensureBuilt, root } from './install-and-build.mjs';

const CONTAINER = ['inversify', '@inversifyjs', 'reflect-metadata'];
const TFJS = ['@tensorflow'];

const planOf = (module) => `
      import { Assembler, emptyRegistries, register } from '@senet/core/graph';
      import { ${module} } from '@senet/backbones';
      import { attentions } from '@senet/se';
      const registries = emptyRegistries();
      for (const module of [attentions, ${module}]) register(registries, module);
      export const result = new Assembler({ registries }).assemble('seresnet50').plan.params.total;`;

const PARTS = [
  {
    name: 'plan',
    what: "a recipe's plan, of one family, without container and TensorFlow.js",
    without: [...CONTAINER, ...TFJS],
    code: planOf('resnetFamily'),
    result: 28141144,
  },
  {
    name: 'plan-all',
    what: 'the same with every family',
    without: [...CONTAINER, ...TFJS],
    code: planOf('backbones'),
    result: 28141144,
  },
  {
    name: 'se',
    what: '`se` alone, for a graph or a tf.layers model',
    without: [...CONTAINER, ...TFJS],
    code: `
      import { se } from '@senet/se';
      export const result = se({ ratio: 8 }).descriptor.type;`,
    result: 'se',
  },
  {
    name: 'container',
    what: '`createAssembler`, in its inversify container',
    without: TFJS,
    code: `
      import { createAssembler } from '@senet/core/container';
      import { backbones } from '@senet/backbones';
      import { attentions } from '@senet/se';
      export const result = createAssembler(attentions, backbones).assemble('seresnet50').plan.params.total;`,
    result: 28141144,
  },
  {
    name: 'layers',
    what: 'all of `@senet/core`, with the TensorFlow.js target',
    without: [],
    code: `
      import { createAssembler } from '@senet/core';
      import { backbones } from '@senet/backbones';
      import { attentions } from '@senet/se';
      export const model = () => createAssembler(attentions, backbones).assemble('seresnet50').toLayersModel();`,
  },
  {
    name: 'run',
    what: '`openRunner` on folders, with everything it needs; `@senet/wasm` is optional there, and weighed below',
    without: [],
    external: ['@senet/wasm'],
    code: `
      import { createAssembler } from '@senet/core';
      import { backbones } from '@senet/backbones';
      import { attentions } from '@senet/se';
      import { openRunner } from '@senet/run';
      const assembler = createAssembler(attentions, backbones);
      export const open = (address) => openRunner(address, { assembler });`,
  },
  {
    name: 'images',
    what: 'all of `@senet/images`, with its PNG and JPEG decoders',
    without: [...CONTAINER, ...TFJS, 'sharp'],
    code: `
      import * as images from '@senet/images';
      const grey = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) };
      export const result = images.toChannels(images.resize(grey, { width: 2, height: 2 }), 3).data.join();
      export { images };`,
    result: Array(12).fill(7).join(),
  },
  {
    name: 'wasm',
    what: 'all of `@senet/wasm`, both of its WebAssembly modules within (as base64)',
    without: [...CONTAINER, ...TFJS, '@senet/core'],
    code: `
      import { install, uninstall } from '@senet/wasm';
      uninstall();
      export const result = typeof install;`,
    result: 'function',
  },
];

ensureBuilt('packages/cli', 'packages/run', 'packages/images', 'packages/wasm');
const limits = JSON.parse(readFileSync(join(root, 'test', 'size-limits.json'), 'utf8'));
for (const part of PARTS) {
  const problems = await measure(part);
  for (const problem of problems) console.error(`  ✗ ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

async function measure({ name, what, without, external, code, result }) {
  const { text, packages } = await bundle(code, external);
  const size = gzipSync(text, { level: 9 }).length;
  const limit = limits[name];
  const heaviest = [...packages].sort(([, a], [, b]) => b - a).slice(0, 4);
  const of = heaviest.map(([id, bytes]) => `${id} ${kilobytes(bytes)}`).join(', ');
  console.log(
    `${name}: ${kilobytes(size)} of ${kilobytes(limit)} allowed; ${what} (minified ${kilobytes(text.length)}: ${of})`,
  );
  const found =
    result === undefined ? undefined : (await import(`data:text/javascript,${encodeURIComponent(text)}`)).result;
  return [
    ...(size <= limit ? [] : [`${name} weighs ${size} bytes, ${limit} are allowed`]),
    ...without
      .filter((id) => [...packages.keys()].some((key) => key.startsWith(id)))
      .map((id) => `${name} holds ${id}`),
    ...(found === result ? [] : [`${name} gives ${found}, expected ${result}`]),
  ];
}

/** The bundle of a program, and the packages in it (bytes) or imported by it (0 bytes). */
async function bundle(contents, external = []) {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['@tensorflow/*', ...external],
    logLevel: 'silent',
  });
  const [{ inputs, imports }] = Object.values(metafile.outputs);
  const packages = new Map(imports.map(({ path }) => [path, 0]));
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    if (bytesInOutput === 0 || path === '<stdin>') continue;
    const id = packageOf(path);
    packages.set(id, (packages.get(id) ?? 0) + bytesInOutput);
  }
  return { text: outputFiles[0].text, packages };
}

function packageOf(path) {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.replace(/^packages\/([^/]+)\/.*/, '@senet/$1');
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
