/**
 * Compiles assembly/ (AssemblyScript) to WebAssembly, once with plain and once with relaxed SIMD, and writes both as
 * base64 to src/generated/modules.ts, beside the types of what they export. Does nothing while the sources are the same.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..');
const assembly = join(packageFolder, 'assembly');
const target = join(packageFolder, 'src', 'generated', 'modules.ts');

// No runtime, no start function, no data: the module shares tfjs' memory and must leave no mark in it.
const FLAGS = [
  ...['--noAssert', '--runtime', 'stub', '--importMemory', '--use', 'abort=', '-O3', '--converge'],
  ...['--enable', 'simd', '--enable', 'bulk-memory', '--bindings', 'raw'],
];

const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
const stamp = `// Made by scripts/build.mjs from assembly/, sources ${hashOfSources()}, version ${version}. Do not edit.`;
if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(stamp)) {
  const { default: asc } = await import('assemblyscript/asc');
  const plain = await compile(asc, []);
  const relaxed = await compile(asc, ['--enable', 'relaxed-simd']);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(
    target,
    `${stamp}
${kernelTypes(plain.types)}
/** Of this package. */
export const VERSION = '${version}';

/** The module in plain SIMD, base64. */
export const plainModule =
  '${plain.base64}';

/** The module in relaxed SIMD (fused multiply-add), base64. */
export const relaxedModule =
  '${relaxed.base64}';
`,
  );
  console.log(`SIMD kernels: ${plain.bytes} bytes plain, ${relaxed.bytes} bytes relaxed`);
}

function hashOfSources() {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
  for (const file of readdirSync(assembly)
    .filter((name) => name.endsWith('.ts'))
    .sort()) {
    hash.update(file).update(readFileSync(join(assembly, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function compile(asc, extra) {
  const written = {};
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'out.wasm', ...FLAGS, ...extra], {
    readFile: (name) => read(join(assembly, name)),
    writeFile: (name, contents) => (written[name] = contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
  const binary = Buffer.from(written['out.wasm']);
  refuseData(binary);
  return { base64: binary.toString('base64'), bytes: binary.length, types: written['out.d.ts'] };
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** A data segment or a start function would write into memory that belongs to tfjs. */
function refuseData(binary) {
  const sections = new Set();
  for (let at = 8; at < binary.length; ) {
    sections.add(binary[at++]);
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = binary[at++];
      size |= (byte & 0x7f) << shift;
    }
    at += size;
  }
  const START = 8;
  const DATA = 11;
  if (sections.has(START) || sections.has(DATA)) throw new Error('assembly/ must hold no data and no start function');
}

/** asc's declaration file, as an interface. */
function kernelTypes(declarations) {
  const functions = [...declarations.matchAll(/export function (\w+)\(([^)]*)\): (\w+);/g)];
  if (functions.length === 0) throw new Error(`asc declares no function:\n${declarations}`);
  const methods = functions.map(([, name, parameters, result]) => `  ${name}(${parameters}): ${result};`);
  return `
/** What both modules export. Addresses and strides are bytes. */
export interface NativeKernels {
${methods.join('\n')}
}
`;
}
