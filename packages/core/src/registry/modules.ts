import type { AnyAttention } from '../blocks/attention.js';
import type { AnyBackbone } from '../blocks/backbone.js';
import type { AnyUnit } from '../blocks/unit.js';
import type { Registries } from './registry.js';

/** A named, complete config. */
export interface RecipeDescriptor<Name extends string = string> {
  readonly name: Name;
  readonly summary?: string;
  /** As in a config file: `{ backbone: 'resnet50', attach: [{ type: 'se' }] }`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** timm builds the same network, with the same weight names, under this name. */
  readonly timm?: boolean;
}

export function defineRecipe<const Name extends string>(recipe: RecipeDescriptor<Name>): RecipeDescriptor<Name> {
  return recipe;
}

/** What a package registers: plain, typed descriptors. */
export interface Module {
  readonly attentions?: readonly AnyAttention[];
  readonly units?: readonly AnyUnit[];
  readonly backbones?: readonly AnyBackbone[];
  readonly recipes?: readonly RecipeDescriptor[];
  /** Its descriptors take the place of others under the same names. */
  readonly replace?: boolean;
}

/**
 * A module: attentions, units, backbones and recipes that are registered together. Their types reach the config's.
 *
 * @example
 * ```ts
 * const mine = defineModule({ attentions: [myGate] });
 * createAssembler(attentions, backbones, mine).assemble({ backbone: 'resnet50', attach: [{ type: 'my-gate' }] });
 * ```
 */
export function defineModule<const M extends Module>(module: M): M {
  return module;
}

/** Adds a module's descriptors to registries. */
export function register(
  registries: Registries,
  { attentions = [], units = [], backbones = [], recipes = [], replace = false }: Module,
): void {
  for (const attention of attentions) registries.attentions.add(attention.type, attention, { replace });
  for (const unit of units) registries.units.add(unit.type, unit, { replace });
  for (const backbone of backbones) registries.backbones.add(backbone.type, backbone, { replace });
  for (const recipe of recipes) registries.recipes.add(recipe.name, recipe, { replace });
}
