import { type Assembly, type Registry, SenetError, type State } from '@senet/core/graph';
import { type Adaptation, adaptedValues } from './adapt.js';
import { type Dialect, describeIdentity, entriesOf, isAuto, marksOf, readAlike, readAs } from './dialects/dialect.js';
import { dialectRegistry } from './dialects/index.js';
import { diffWeights, isClean, mismatch, sizeOfDiff, type WeightsDiff } from './diff.js';
import { readSafetensors } from './formats/safetensors.js';
import { type TensorFile, toFloat32 } from './formats/tensor.js';

export interface LoadOptions {
  /** Name of the dialect; without it, or with `auto`, the one of those for this network that fits the keys. */
  readonly dialect?: string;
  /** By default this package's. */
  readonly dialects?: Registry<Dialect>;
  /** What may differ in shape, and is adapted as timm does it; nothing by default. */
  readonly adapt?: readonly Adaptation[];
  /** File name for error messages. */
  readonly path?: string;
}

/**
 * Weights in a file → the state of a network, strictly: every key is there, none is left over, every shape is right.
 *
 * Tensors may be F32, F16, BF16 or F64; they are raised to float32.
 *
 * @param file a read file, or the bytes of a safetensors file
 * @throws SenetError `WeightsMismatch` with a diff; `DialectMismatch` where the dialect or the file's metadata is of
 *   another kind of network
 */
export function loadWeights(assembly: Assembly, file: TensorFile | Uint8Array, options: LoadOptions = {}): State {
  const { path = 'weights', dialects = dialectRegistry(), adapt = [] } = options;
  const given = file instanceof Uint8Array ? readSafetensors(file, path) : file;
  refuseStrangers(assembly, given, path);
  const dialect = dialectOf(assembly, given, options.dialect, dialects);
  const read = readAs(dialect, given, assembly);
  const adapted = adaptedValues(assembly, read, dialect, adapt, path);
  const diff = withoutAdapted(diffWeights(assembly, read, dialect), assembly, dialect, adapted);
  if (!isClean(diff)) throw mismatch(diff, dialect, path, othersThatFit(assembly, given, dialects, dialect));
  dialect.check?.(read, assembly, path);
  const state = new Map<string, Float32Array>();
  for (const { parameter, key } of entriesOf(assembly, dialect)) {
    const fromFile = () => dialect.layout.fromFile(toFloat32(read.tensors.get(key)!, `${path}: ${key}`), parameter);
    state.set(parameter.key, adapted.get(parameter.key) ?? fromFile());
  }
  return state;
}

function withoutAdapted(
  diff: WeightsDiff,
  assembly: Assembly,
  dialect: Dialect,
  adapted: ReadonlyMap<string, unknown>,
): WeightsDiff {
  if (adapted.size === 0) return diff;
  const entries = entriesOf(assembly, dialect).filter(({ parameter }) => adapted.has(parameter.key));
  const keys = new Set(entries.map(({ key }) => key));
  return {
    ...diff,
    missing: diff.missing.filter((key) => !keys.has(key)),
    misshapen: diff.misshapen.filter(({ key }) => !keys.has(key)),
  };
}

/**
 * The dialect in which `loadWeights` reads a file: the one that is named, else (or with `auto`) the one that fits best.
 *
 * @throws SenetError `UnknownName`; `DialectMismatch` where it is not for this network
 */
export function dialectOf(
  assembly: Assembly,
  file: TensorFile,
  name?: string,
  dialects: Registry<Dialect> = dialectRegistry(),
): Dialect {
  return isAuto(name) ? fittingDialect(assembly, file, dialects) : named(assembly, dialects, name);
}

function named({ identity }: Assembly, dialects: Registry<Dialect>, name: string): Dialect {
  const dialect = dialects.get(name, 'dialect');
  const wanted = dialect.refuses(identity);
  if (wanted === undefined) return dialect;
  throw new SenetError('DialectMismatch', `weights of dialect ${name} are not for this network`, {
    path: 'dialect',
    expected: wanted,
  });
}

/**
 * The dialect that `loadWeights` takes without being told: of those for this network, the one that fits the keys best.
 *
 * @throws SenetError `DialectMismatch` where several fit, and read the same keys to different values
 */
export function fittingDialect(
  assembly: Assembly,
  file: TensorFile,
  dialects: Registry<Dialect> = dialectRegistry(),
): Dialect {
  const possible = dialects.all().filter((dialect) => dialect.refuses(assembly.identity) === undefined);
  const misfits = possible.map((dialect) =>
    sizeOfDiff(diffWeights(assembly, readAs(dialect, file, assembly), dialect)),
  );
  const least = Math.min(...misfits);
  const [best, ...others] = possible.filter((_, i) => misfits[i] === least);
  const otherwise = least === 0 ? others.filter((other) => !readAlike(assembly, best!, other)) : [];
  if (otherwise.length === 0) return best!;
  throw new SenetError('DialectMismatch', 'the weights fit several dialects, which read them differently', {
    path: 'dialect',
    expected: `one of ${[best!, ...otherwise].map(({ name }) => name).join(', ')}`,
  });
}

function othersThatFit(assembly: Assembly, file: TensorFile, dialects: Registry<Dialect>, tried: Dialect): string[] {
  return dialects
    .all()
    .filter(
      (dialect) =>
        dialect !== tried &&
        dialect.refuses(assembly.identity) === undefined &&
        isClean(diffWeights(assembly, readAs(dialect, file, assembly), dialect)),
    )
    .map(({ name }) => name);
}

function refuseStrangers(assembly: Assembly, file: TensorFile, path: string): void {
  const strangeness = strangenessOf(assembly, file);
  if (strangeness === undefined) return;
  const expected = describeIdentity(assembly.identity);
  throw new SenetError('DialectMismatch', `the file is of ${strangeness}`, { path, expected });
}

/**
 * What a file says to be that a network is not: `style tensorflow`. Files that this library wrote say of which family and
 * style they are, and of which epsilon.
 */
export function strangenessOf({ identity }: Assembly, { metadata }: TensorFile): string | undefined {
  const strange = Object.entries(marksOf(identity)).find(([key, own]) => (metadata[`senet.${key}`] ?? own) !== own);
  return strange && `${strange[0]} ${metadata[`senet.${strange[0]}`]}`;
}
