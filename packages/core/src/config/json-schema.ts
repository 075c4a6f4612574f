import * as z from 'zod';
import type { Registries } from '../registry/registry.js';
import { attachmentShape, CONFIG_FORMAT, headSchema, inputSchema, whereSchema } from './schema.js';

type JsonSchema = Record<string, unknown>;

/** The JSON Schema (draft 2020-12) of a config, from what is registered. */
export function toJsonSchema(registries: Registries): JsonSchema {
  const { attentions, backbones, recipes } = registries;
  const reserved = propertiesOf(z.object(attachmentShape));
  const options = (descriptor: { options: z.ZodObject }) => propertiesOf(descriptor.options);
  const attachments = attentions.all().map((attention) => {
    const own = options(attention);
    const overrides = { type: 'array', items: strict({ where: plain(whereSchema), ...own }, ['where']) };
    return described(
      strict({ type: { const: attention.type }, ...own, ...reserved, overrides }, ['type']),
      attention.summary,
    );
  });
  const backboneObjects = backbones.all().map((backbone) => {
    const own = propertiesOf(backbone.registered?.(registries) ?? backbone.options);
    return described(strict({ type: { const: backbone.type }, ...own }), backbone.summary);
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A @senet model',
    ...mergeable({
      ...strict({
        $schema: { type: 'string' },
        format: { const: CONFIG_FORMAT },
        name: { type: 'string', minLength: 1, maxLength: 128 },
        extends: {
          anyOf: [{ enum: recipes.names() }, { type: 'string', pattern: '[/\\\\]|\\.jsonc?$' }],
          description: 'a recipe, or the path of a config',
        },
        input: plain(inputSchema),
        backbone: { anyOf: [{ enum: backbones.names() }, ...backboneObjects] },
        attach: { type: 'array', items: oneOf(attachments) },
        replace: {
          type: 'object',
          description: 'attention that is attached → the one that takes its place',
          propertyNames: { enum: attentions.names() },
          additionalProperties: oneOf(attentions.all().map((a) => strict({ type: { const: a.type }, ...options(a) }))),
        },
        head: plain(headSchema),
      }),
    }),
    anyOf: [{ required: ['extends'], properties: { extends: { type: 'string' } } }, WHOLE],
  };
}

/** A config that extends nothing: what beside `extends` is merged into something has to be complete. */
const WHOLE: JsonSchema = {
  required: ['backbone'],
  properties: {
    backbone: { anyOf: [{ type: 'string' }, { type: 'object', required: ['type'] }] },
    input: { anyOf: [{ type: 'null' }, { required: ['shape'] }] },
    head: { anyOf: [{ type: 'null' }, { required: ['type'] }] },
  },
};

/** Objects are merged into those of what a config extends: nothing is required of them, and null removes. */
function mergeable({ required: _, ...schema }: JsonSchema): JsonSchema {
  const { properties, additionalProperties, anyOf, oneOf = anyOf, ...rest } = schema;
  const removable = (inner: unknown) => ({ anyOf: [mergeable(inner as JsonSchema), { type: 'null' }] });
  const each = (given: object) => Object.entries(given).map(([key, inner]) => [key, removable(inner)]);
  return {
    ...rest,
    ...(isSchema(properties) && { properties: Object.fromEntries(each(properties)) }),
    ...(isSchema(additionalProperties) && { additionalProperties: removable(additionalProperties) }),
    ...(additionalProperties === false && { additionalProperties }),
    ...(Array.isArray(oneOf) && { anyOf: oneOf.map(mergeable) }), // without what they require, several may fit
  };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

function plain(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return rest;
}

function propertiesOf(schema: z.ZodObject): JsonSchema {
  return (plain(schema).properties ?? {}) as JsonSchema;
}

function strict(properties: JsonSchema, required: string[] = []): JsonSchema {
  return { type: 'object', properties, additionalProperties: false, ...(required.length > 0 && { required }) };
}

/** `anyOf` may not be empty; where there is nothing to choose from, nothing is right. */
function oneOf(schemas: JsonSchema[]): JsonSchema {
  return schemas.length > 0 ? { anyOf: schemas } : { not: {} };
}

function described(schema: JsonSchema, description: string | undefined): JsonSchema {
  return description === undefined ? schema : { description, ...schema };
}
