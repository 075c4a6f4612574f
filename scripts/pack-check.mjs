/**
 * `npm run check:packages`: packs every package and looks at the tarballs as npm's users get them: publint, "are the
 * types wrong", and what this repository asks of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { manifestOf, packAll } from '../test/consumer/pack.mjs';
import { ensureBuilt, root } from './install-and-build.mjs';

ensureBuilt('packages/cli', 'packages/run');
const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
for (const packed of await packAll(root, join(root, '.cache', 'packages'))) {
  const problems = [...(await askPublint(packed)), ...askAttw(packed), ...contents(packed), ...imports(packed)];
  const size = readFileSync(packed.tarball).length;
  console.log(
    `${problems.length === 0 ? '✓' : '✗'} ${packed.name}: ${packed.files.length} files, ${(size / 1000).toFixed(0)} kB`,
  );
  for (const problem of problems) console.error(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

async function askPublint({ folder, tarball }) {
  const bytes = readFileSync(tarball);
  const { buffer, byteOffset, byteLength } = bytes;
  const { messages } = await publint({
    pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
    strict: true,
  });
  const manifest = manifestOf(folder);
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

/** ESM only: Node's `require` takes such packages since 20.19. */
function askAttw({ tarball }) {
  const attw = fileURLToPath(new URL('dist/index.js', import.meta.resolve('@arethetypeswrong/cli/package.json')));
  const args = [attw, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return status === 0 ? [] : [`attw: ${stdout}${stderr}`];
}

function contents({ name, folder, files }) {
  const { bin = {}, version, dependencies = {}, publishConfig } = manifestOf(folder);
  const has = (path) => files.some((file) => file.path === path);
  const own = Object.entries(dependencies).filter(([id]) => id.startsWith('@senet/'));
  const executable = ({ path, mode }) => !Object.values(bin).includes(path) || (mode & 0o111) !== 0;
  return [
    ...['README.md', 'LICENSE'].filter((path) => !has(path)).map((path) => `there is no ${path}`),
    ...(has('LICENSE') && readFileSync(join(folder, 'LICENSE'), 'utf8') !== licence ? ['LICENSE is another one'] : []),
    ...files.filter(({ path }) => /\.test\.|\.tsbuildinfo$/.test(path)).map(({ path }) => `${path} is for us alone`),
    ...files.filter(isStale(folder)).map(({ path }) => `${path} has no source any more: npx tsc -b --clean`),
    ...files.filter((file) => !executable(file)).map(({ path }) => `${path} is not executable`),
    ...own.filter(([, range]) => range !== version).map(([id, range]) => `${id} is ${range}, ${name} is ${version}`),
    ...(publishConfig?.access === 'public' && publishConfig.provenance
      ? []
      : ['publishConfig lacks access or provenance']),
  ];
}

/** A compiler leaves the output of files that are gone. */
function isStale(folder) {
  return ({ path }) => {
    const [, module] = /^dist\/(.+?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(path) ?? [];
    return module !== undefined && !existsSync(join(folder, 'src', `${module}.ts`));
  };
}

/** A package may import what it depends on, and its peers; nothing that merely happens to be installed here. */
function imports({ name, folder, files }) {
  const { dependencies = {}, peerDependencies = {} } = manifestOf(folder);
  const known = new Set([name, ...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const found = files
    .filter(({ path }) => /^(dist|bin)\/.*\.(js|d\.ts)$/.test(path))
    .flatMap(({ path }) => importsOf(readFileSync(join(folder, path), 'utf8')).map((id) => ({ path, id })));
  return found
    .filter(({ id }) => !known.has(id))
    .map(({ path, id }) => `${path} imports ${id}, which is no dependency`);
}

function importsOf(code) {
  const specifiers = [
    ...code.matchAll(/^(?:import|export)\b[^'"\n]* from '([^'\n]+)'/gm),
    ...code.matchAll(/^import '([^'\n]+)'/gm),
    ...code.matchAll(/\bimport\(['"]([^'"\n]+)['"]\)/g),
  ];
  const packages = specifiers.map(([, id]) => id).filter((id) => !/^(\.|#|node:)/.test(id));
  return [
    ...new Set(
      packages.map((id) =>
        id
          .split('/')
          .slice(0, id.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
    ),
  ];
}
