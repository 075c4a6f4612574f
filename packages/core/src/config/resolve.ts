import type { AttentionDescriptor } from '../blocks/attention.js';
import type { BackboneDescriptor, BackboneSpec } from '../blocks/backbone.js';
import { nearest, SenetError } from '../errors.js';
import type { Shape } from '../graph/shape.js';
import type { Registries } from '../registry/registry.js';
import { copyJson, isPlainObject, type JsonObject, mergeConfigs } from './merge.js';
import { parseWith } from './parse.js';
import {
  configSchema,
  type EnvelopeConfig,
  type HeadConfig,
  headSchema,
  type InputConfig,
  inputSchema,
  type ResolvedAttachment,
  type ResolvedConfig,
  whereSchema,
} from './schema.js';
import type { ConfigSource } from './source.js';

export interface ResolveContext {
  readonly registries: Registries;
  readonly source: ConfigSource;
  /** Where the config came from, for relative paths in `extends`. */
  readonly location?: string;
  /** `[height, width, channels]` in place of what the config says: the size of the images at hand. */
  readonly inputShape?: Shape;
}

/**
 * A recipe's name or a config → the config with everything worked in: what it extends, what it replaces, defaults.
 *
 * @throws SenetError with the JSON path of what is wrong
 */
export function resolveConfig(raw: unknown, context: ResolveContext): ResolvedConfig {
  const given = typeof raw === 'string' ? { extends: raw } : raw;
  const flat = flatten(given, context, context.location, []);
  const envelope = parseWith(configSchema, flat.config, '');
  const backbone = resolveBackbone(envelope, context.registries);
  const spec = backbone.descriptor.spec(backbone.options as never, context.registries);
  return {
    name: envelope.name ?? flat.recipe ?? backbone.descriptor.type,
    input: inputFor(inputOf(envelope.input, spec.input), context.inputShape),
    backbone: { type: backbone.descriptor.type, options: backbone.options },
    attach: resolveAttachments(envelope, context.registries),
    head: resolveHead(envelope.head, spec.head.defaults),
  };
}

interface Flat {
  readonly config: JsonObject;
  /** The recipe that the config is, where it says nothing else. */
  readonly recipe?: string;
}

function flatten(raw: unknown, context: ResolveContext, location: string | undefined, chain: readonly string[]): Flat {
  if (!isPlainObject(raw)) {
    throw new SenetError('ConfigInvalid', 'a config is an object', {
      path: location,
      expected: "an object, or a recipe's name",
    });
  }
  const { extends: base, ...own } = copyJson(raw) as JsonObject;
  if (typeof own.backbone === 'string') own.backbone = { type: own.backbone };
  if (base === undefined || base === null) return { config: mergeConfigs({}, own) };
  if (typeof base !== 'string') {
    throw new SenetError('ConfigInvalid', 'is no string', { path: 'extends', expected: 'a recipe or a path' });
  }
  const { config, name, at, isRecipe } = loadBase(base, context, location);
  if (chain.includes(name)) {
    throw new SenetError('ConfigCycle', `configs extend each other: ${[...chain, name].join(' → ')}`, {
      path: 'extends',
    });
  }
  const inherited = flatten(config, context, at, [...chain, name]);
  const changed = Object.keys(own).some((key) => !['$schema', 'format', 'name', 'input', 'head'].includes(key));
  return {
    config: mergeConfigs(inherited.config, own),
    recipe: changed ? undefined : isRecipe ? base : inherited.recipe,
  };
}

function loadBase(reference: string, { registries, source }: ResolveContext, location: string | undefined) {
  if (registries.recipes.has(reference)) {
    const { config } = registries.recipes.get(reference);
    return { config: config as unknown, name: reference, at: location, isRecipe: true };
  }
  if (!looksLikePath(reference)) throw registries.recipes.unknown(reference, 'extends');
  const loaded = source.load(reference, location);
  return { config: loaded.config, name: loaded.location, at: loaded.location, isRecipe: false };
}

function looksLikePath(reference: string): boolean {
  return /[/\\\0]|\.jsonc?$|^[a-z]+:/i.test(reference);
}

function resolveBackbone({ backbone }: EnvelopeConfig, registries: Registries) {
  const { type, ...given } = backbone;
  const descriptor: BackboneDescriptor = registries.backbones.get(type, 'backbone.type');
  return { descriptor, options: parseWith(descriptor.options, given, 'backbone') as Record<string, unknown> };
}

function resolveAttachments(
  { attach = [], replace = {} }: EnvelopeConfig,
  registries: Registries,
): ResolvedAttachment[] {
  refuseUnmatched(Object.keys(replace), attach);
  return attach.map((entry, index) => {
    const path = `attach[${index}]`;
    const replacement = Object.hasOwn(replace, entry.type) ? replace[entry.type]! : {};
    const swapped = replacement.type !== undefined && replacement.type !== entry.type;
    const { type, at, where, label, init, overrides = [], ...own } = entry;
    const { type: newType = type, ...newOptions } = replacement;
    const descriptor: AttentionDescriptor = registries.attentions.get(
      newType,
      swapped ? `replace.${type}.type` : `${path}.type`,
    );
    const given = swapped ? newOptions : { ...own, ...newOptions };
    const options = parseWith(
      descriptor.options,
      given,
      swapped || Object.keys(newOptions).length > 0 ? `replace.${type}` : path,
    );
    return {
      type: newType,
      options: options as Record<string, unknown>,
      at,
      where: parseWith(whereSchema, where ?? {}, `${path}.where`),
      label,
      init: init ?? 'default',
      overrides: swapped
        ? []
        : overrides.map(({ where: some, ...changes }, i) => ({
            where: some,
            options: override(descriptor, options, changes, `${path}.overrides[${i}]`),
          })),
    };
  });
}

/** Only what an override changes is kept: the rest follows the entry. */
function override(
  descriptor: AttentionDescriptor,
  options: object,
  changes: JsonObject,
  path: string,
): Record<string, unknown> {
  const complete = parseWith(descriptor.options, { ...options, ...changes }, path) as Record<string, unknown>;
  return Object.fromEntries(Object.keys(changes).map((key) => [key, complete[key]]));
}

function refuseUnmatched(replaced: readonly string[], attach: readonly { type: string }[]): void {
  const types = [...new Set(attach.map(({ type }) => type))];
  const unmatched = replaced.find((type) => !types.includes(type));
  if (unmatched === undefined) return;
  throw new SenetError('ReplaceMatchedNothing', `nothing of type '${unmatched.slice(0, 80)}' is attached`, {
    path: `replace.${unmatched.slice(0, 80)}`,
    expected: types.length > 0 ? `one of ${types.join(', ')}` : 'a config that attaches something',
    suggestions: nearest(unmatched, types),
  });
}

function resolveHead(
  head: HeadConfig | undefined,
  defaults: { dropout?: number; activation?: 'linear' | 'softmax' } = {},
): HeadConfig {
  const complete = head ?? parseWith(headSchema, { type: 'classifier' }, 'head');
  if (complete.type === 'features') return complete;
  return {
    ...complete,
    dropout: complete.dropout ?? defaults.dropout ?? 0,
    activation: complete.activation ?? defaults.activation ?? 'linear',
  };
}

/** What a config says of its input; the rest is the backbone's, mean and deviation where they fit the channels. */
function inputOf(
  given: EnvelopeConfig['input'],
  { shape = [224, 224, 3], mean, std, ...preprocessing }: Partial<BackboneInputSpec> = {},
): InputConfig {
  const input = given ?? { shape };
  const fits = (values: readonly number[] | undefined) => values?.length === input.shape[2];
  return { ...preprocessing, ...(fits(mean) && { mean: [...mean!] }), ...(fits(std) && { std: [...std!] }), ...input };
}

type BackboneInputSpec = NonNullable<BackboneSpec['input']>;

function inputFor(input: InputConfig, shape: Shape | undefined): InputConfig {
  if (!shape) return checkInput(input);
  const { shape: _, mean, std, ...preprocessing } = input;
  const fits = (values: readonly number[] | undefined) => values?.length === 1 || values?.length === shape[2];
  const kept = { ...(fits(mean) && { mean }), ...(fits(std) && { std }) };
  return parseWith(inputSchema, { shape, ...kept, ...preprocessing }, 'input');
}

/** One mean and one deviation for each channel, or one for all. */
function checkInput(input: InputConfig): InputConfig {
  const channels = input.shape[2];
  for (const key of ['mean', 'std'] as const) {
    const values = input[key];
    if (values && values.length !== channels && values.length !== 1) {
      throw new SenetError('ConfigInvalid', `has ${values.length} values for ${channels} channels`, {
        path: `input.${key}`,
        expected: `one value or ${channels}`,
      });
    }
  }
  return input;
}
