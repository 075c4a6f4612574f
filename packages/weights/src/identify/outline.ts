import type { Assembler, Assembly, Identity, RecipeDescriptor } from '@senet/core/graph';
import type { Dialect } from '../dialects/dialect.js';
import type { TensorFile } from '../formats/tensor.js';

/** A recipe as far as it can be known without building it, and built when that is asked for: once per assembler. */
export interface Outline {
  readonly recipe: RecipeDescriptor;
  readonly identity: Identity;
  /** Names of its units. */
  readonly units: readonly string[];
  assembly(): Assembly;
}

const OUTLINES = new WeakMap<Assembler, Map<string, Outline>>();

export function outlineOf(assembler: Assembler, name: string): Outline {
  const known = OUTLINES.get(assembler) ?? new Map<string, Outline>();
  OUTLINES.set(assembler, known);
  const outline = known.get(name) ?? makeOutline(assembler, name);
  known.set(name, outline);
  return outline;
}

function makeOutline(assembler: Assembler, name: string): Outline {
  const { registries } = assembler;
  const recipe = registries.recipes.get(name, 'recipes');
  const { backbone } = assembler.resolve(name);
  const spec = registries.backbones.get(backbone.type).spec(backbone.options as never, registries);
  let built: Assembly | undefined;
  return {
    recipe,
    identity: { family: spec.family, style: spec.style, semantics: spec.semantics },
    units: spec.stages.flatMap(({ units }) => units.map((unit) => unit.name)),
    assembly: () => {
      built ??= assembler.assemble(name);
      return built;
    },
  };
}

/** A file's keys, and every scope they stand in. */
export interface Scopes {
  readonly keys: readonly string[];
  readonly names: ReadonlySet<string>;
}

export function scopesOf({ tensors }: TensorFile): Scopes {
  const keys = [...tensors.keys()];
  const names = new Set<string>();
  for (const key of keys) {
    for (let end = key.indexOf('.'); end > 0; end = key.indexOf('.', end + 1)) names.add(key.slice(0, end));
  }
  return { keys, names };
}

/** Tensors that stand outside of units: of the deepest stems and the widest heads there are some thirty. */
const OUTSIDE = 48;

/**
 * How far the units of a network are from those of a file, in tensors or units; above 0 it cannot fit. Only names that a
 * dialect takes over as they are can tell; for others this is 0.
 */
export function unitsApart({ units, identity }: Outline, { keys, names }: Scopes, dialect: Dialect): number {
  if (!dialect.keepsNames?.(identity)) return 0;
  const own = new Set(units);
  const absent = units.filter((unit) => !names.has(unit)).length;
  const beside = keys.filter((key) => !isInside(key, own)).length;
  return absent + Math.max(0, beside - OUTSIDE);
}

function isInside(key: string, units: ReadonlySet<string>): boolean {
  for (let end = key.indexOf('.'); end > 0; end = key.indexOf('.', end + 1)) {
    if (units.has(key.slice(0, end))) return true;
  }
  return false;
}
