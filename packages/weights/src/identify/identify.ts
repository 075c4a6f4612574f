import type { Assembler, Identity, Registry } from '@senet/core/graph';
import { type Dialect, isAuto, marksOf, readAlike } from '../dialects/dialect.js';
import { dialectRegistry } from '../dialects/index.js';
import { isClean } from '../diff.js';
import type { TensorFile } from '../formats/tensor.js';
import { ambiguous, nothingFits } from './errors.js';
import { type Fit, fitOf } from './fit.js';
import { type Outline, outlineOf, scopesOf, unitsApart } from './outline.js';

export interface IdentifyOptions {
  /** Names of the recipes to try; by default all that are registered. */
  readonly recipes?: readonly string[];
  /** Name of the dialect to read the file in; by default, or with `auto`, each of `dialects`. */
  readonly dialect?: string | undefined;
  /** By default this package's. */
  readonly dialects?: Registry<Dialect>;
  /** File name for error messages. */
  readonly path?: string;
}

/** A network that a file may hold the weights of. */
export interface Candidate {
  readonly recipe: string;
  readonly dialect: string;
  /** Of the file; `undefined` where the network has no classifier. */
  readonly classes: number | undefined;
  readonly inputChannels: number;
  /** The recipe with the file's classes and channels: what an assembler takes. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A recipe and a dialect to read a file in. */
export interface Reading {
  readonly outline: Outline;
  readonly dialect: Dialect;
}

/**
 * The recipes whose networks a file fits, with the dialect that reads it: by keys and shapes, whatever the number of
 * classes and of input channels, and by what the metadata of our own files say. None is an empty list.
 *
 * A file under timm's names is taken for one of timm's networks where it fits any: those of other ecosystems share the
 * names, but nobody but this library (which says the style in the metadata) saves them so.
 *
 * @example
 * ```ts
 * identifyWeights(assembler, readSafetensors(bytes));
 * // [{ recipe: 'seresnet50', dialect: 'timm', classes: 10, inputChannels: 3, config: { … } }]
 * ```
 */
export function identifyWeights(
  assembler: Assembler<never> | Assembler,
  file: TensorFile,
  options: IdentifyOptions = {},
): Candidate[] {
  const scopes = scopesOf(file);
  const fitting = readingsOf(assembler as Assembler, file, options)
    .filter(({ outline, dialect }) => unitsApart(outline, scopes, dialect) === 0)
    .map((reading) => ({ ...reading, fit: fitOf(reading.outline.assembly(), file, reading.dialect) }))
    .filter(({ fit }) => isClean(fit.diff));
  return withoutTwins(withoutBorrowers(fitting, file)).map(toCandidate);
}

/**
 * The network that a file holds the weights of, where there is but one.
 *
 * @throws SenetError `DialectMismatch` with the possible ones where several read the same keys and shapes otherwise
 *   (mobilenetv3_large_100 and its tf_ twin): the recipe has to be named then; `WeightsMismatch` with the nearest where
 *   none fits
 */
export function identified(
  assembler: Assembler<never> | Assembler,
  file: TensorFile,
  options: IdentifyOptions = {},
): Candidate {
  const candidates = identifyWeights(assembler, file, options);
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const path = options.path ?? 'weights';
  if (only !== undefined) throw ambiguous(assembler as Assembler, candidates, path);
  throw nothingFits(readingsOf(assembler as Assembler, file, options), file, path);
}

/** What a file can be read as, by the recipes' identities, the dialects' and the file's own word. */
function readingsOf(assembler: Assembler, file: TensorFile, options: IdentifyOptions): Reading[] {
  const { recipes = assembler.registries.recipes.names(), dialects = dialectRegistry() } = options;
  const keys = [...file.tensors.keys()];
  const spoken = isAuto(options.dialect) ? dialects.all() : [dialects.get(options.dialect, 'dialect')];
  return recipes
    .map((recipe) => outlineOf(assembler, recipe))
    .filter(({ identity }) => isSaid(file, identity))
    .flatMap((outline) =>
      spoken
        .filter((dialect) => dialect.refuses(outline.identity) === undefined)
        .filter((dialect) => dialect.recognizes?.(keys, outline.identity) ?? true)
        .map((dialect) => ({ outline, dialect })),
    );
}

function isSaid({ metadata }: TensorFile, identity: Identity): boolean {
  return Object.entries(marksOf(identity)).every(([what, mark]) => (metadata[`senet.${what}`] ?? mark) === mark);
}

interface Fitting extends Reading {
  readonly fit: Fit;
}

/** Other ecosystems' networks under timm's names, where one of timm's fits. */
function withoutBorrowers(fitting: readonly Fitting[], { metadata }: TensorFile): readonly Fitting[] {
  const borrows = ({ outline, dialect }: Fitting) =>
    dialect.keepsNames?.(outline.identity) === true && !outline.recipe.timm;
  if (metadata['senet.style'] !== undefined || fitting.every(borrows)) return fitting;
  return fitting.filter((reading) => !borrows(reading));
}

/** Dialects that read the same tensors to the same values: the first of them. */
function withoutTwins(fitting: readonly Fitting[]): Fitting[] {
  const twins = (one: Fitting, other: Fitting) =>
    one.outline === other.outline && readAlike(one.outline.assembly(), one.dialect, other.dialect);
  return fitting.filter((one, i) => !fitting.slice(0, i).some((other) => twins(one, other)));
}

function toCandidate({ outline, dialect, fit }: Fitting): Candidate {
  const { recipe } = outline;
  const { classes, inputChannels } = fit;
  const { input, head } = outline.assembly().config;
  const [height, width, channels] = input.shape;
  const otherClasses = head.type === 'classifier' && classes !== head.classes;
  return {
    recipe: recipe.name,
    dialect: dialect.name,
    classes,
    inputChannels,
    config: {
      extends: recipe.name,
      ...(inputChannels !== channels && { input: { shape: [height, width, inputChannels], mean: null, std: null } }),
      ...(otherClasses && { head: { type: 'classifier', classes } }),
    },
  };
}
