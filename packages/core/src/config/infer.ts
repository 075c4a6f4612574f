import type * as z from 'zod';
import type { AttentionDescriptor } from '../blocks/attention.js';
import type { BackboneDescriptor } from '../blocks/backbone.js';
import type { Module, RecipeDescriptor } from '../registry/modules.js';
import type { headSchema, inputSchema, whereSchema } from './schema.js';

/** Any string, without losing the completion of the known ones. */
type Open<Known extends string> = Known | (string & {});

/** What may be written `as const`. */
type Fixed<T> = T extends object ? { readonly [Key in keyof T]: Fixed<T[Key]> } : T;

/** Of each module of a union; those without such members add nothing. */
type MembersOf<M extends Module, Key extends keyof Module> =
  M extends Readonly<Record<Key, readonly (infer Item)[]>> ? Item : never;
type AttentionsOf<Modules extends readonly Module[]> = MembersOf<Modules[number], 'attentions'>;
type UnitsOf<Modules extends readonly Module[]> = MembersOf<Modules[number], 'units'>;
type BackbonesOf<Modules extends readonly Module[]> = MembersOf<Modules[number], 'backbones'>;
type RecipesOf<Modules extends readonly Module[]> = MembersOf<Modules[number], 'recipes'>;

type TypeOf<D> = D extends { readonly type: infer Type extends string } ? Type : never;
type SitesOf<D> =
  D extends BackboneDescriptor<string, z.ZodObject, infer Site>
    ? Site
    : D extends { sites: readonly (infer S extends string)[] }
      ? S
      : never;
type OptionsOf<D> = D extends { readonly options: infer Options extends z.ZodObject }
  ? keyof Options['shape'] extends never
    ? unknown // z.object({}) infers an index signature that would forbid every other key
    : Fixed<z.input<Options>>
  : never;
type NameOf<R> = R extends RecipeDescriptor<infer Name> ? Name : never;

/** An entry of `attach` for one attention. */
export type AttachInput<A, Site extends string> = A extends AttentionDescriptor<string, z.ZodObject> | { type: string }
  ? { type: TypeOf<A> } & OptionsOf<A> & {
        at?: Open<Site>;
        where?: Fixed<z.input<typeof whereSchema>>;
        label?: string;
        init?: 'default' | 'identity';
        overrides?: readonly ({ where: Fixed<z.input<typeof whereSchema>> } & Partial<OptionsOf<A>>)[];
      }
  : never;

/** A backbone in a config: its name, or its name with options. An open object with a `type` in these is one of the units. */
export type BackboneInput<B, Unit = never> = B extends { type: string }
  ? TypeOf<B> | ({ type: TypeOf<B> } & WithUnits<OptionsOf<B>, Unit>)
  : never;

type WithUnits<T, Unit> = T extends object
  ? string extends keyof T
    ? T extends { readonly type?: string }
      ? UnitInput<T, Unit>
      : T
    : { readonly [Key in keyof T]: WithUnits<T[Key], Unit> }
  : T;

/** Where all units are open to choice, none of their options is required: some may stand elsewhere. */
type UnitInput<T, Unit> = [Unit] extends [never]
  ? T
  : Unit extends { type: string }
    ? (T extends { readonly type: string } ? { readonly type: TypeOf<Unit> } : { readonly type?: TypeOf<Unit> }) &
        Partial<OptionsOf<Unit>>
    : never;

type ReplaceInput<A> = {
  [Type in TypeOf<A>]?: A extends { type: string } ? { type?: TypeOf<A> } & Partial<OptionsOf<A>> : never;
};

/** A config, as the modules can express it. */
export interface ConfigInput<Attention, Backbone, Recipe, Unit = never> {
  $schema?: string;
  format?: 1;
  name?: string;
  extends?: Open<NameOf<Recipe>>;
  input?: Fixed<z.input<typeof inputSchema>>;
  backbone?: BackboneInput<Backbone, Unit>;
  attach?: readonly AttachInput<Attention, SitesOf<Backbone>>[];
  replace?: ReplaceInput<Attention>;
  head?: Fixed<z.input<typeof headSchema>>;
}

/** What an assembler of these modules takes: a config, or a recipe's name. */
export type ConfigOf<Modules extends readonly Module[]> =
  | ConfigInput<AttentionsOf<Modules>, BackbonesOf<Modules>, RecipesOf<Modules>, UnitsOf<Modules>>
  | Open<NameOf<RecipesOf<Modules>>>;
