import { defineRecipe, type RecipeDescriptor } from '@senet/core/graph';
import { picturesOf } from './pictures.js';

/** A network of timm's: its trunk, by name or with options, and what is attached to it. */
export interface TimmNetwork {
  readonly backbone: string | { readonly type: string; readonly [option: string]: unknown };
  readonly attach?: readonly { readonly type: string; readonly [option: string]: unknown }[];
  readonly summary?: string;
}

/** Recipes of timm's names, with the pictures that timm prepares for them. */
export function timmRecipes<const Table extends Readonly<Record<string, TimmNetwork>>>(
  table: Table,
): RecipeDescriptor<keyof Table & string>[] {
  return Object.entries<TimmNetwork>(table).map(([name, { summary, backbone, attach }]) => {
    const input = picturesOf(name);
    const config = { backbone, ...(input && { input }), ...(attach && { attach }) };
    return defineRecipe({ name: name as keyof Table & string, summary, timm: true, config });
  });
}
