/** As much of JSON Schema (draft 2020-12) as configs need: a keyword that it does not know is an error. */
type Schema = Readonly<Record<string, unknown>>;
type Check = (value: never, argument: never, schema: Schema) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

const only =
  <T>(type: string, check: (value: T, argument: never, schema: Schema) => boolean): Check =>
  (value, argument, schema) =>
    !TYPES[type]!(value) || check(value as T, argument, schema);

const CHECKS: Readonly<Record<string, Check>> = {
  type: (value: unknown, type: string | string[]) => [type].flat().some((name) => TYPES[name]!(value)),
  const: (value: unknown, constant: unknown) => JSON.stringify(value) === JSON.stringify(constant),
  enum: (value: unknown, values: unknown[]) => values.includes(value),
  anyOf: (value: unknown, schemas: Schema[]) => schemas.some((schema) => isValid(value, schema)),
  oneOf: (value: unknown, schemas: Schema[]) => schemas.filter((schema) => isValid(value, schema)).length === 1,
  allOf: (value: unknown, schemas: Schema[]) => schemas.every((schema) => isValid(value, schema)),
  not: (value: unknown, schema: Schema) => !isValid(value, schema),
  minimum: only<number>('number', (value, least: number) => value >= least),
  maximum: only<number>('number', (value, most: number) => value <= most),
  exclusiveMinimum: only<number>('number', (value, bound: number) => value > bound),
  exclusiveMaximum: only<number>('number', (value, bound: number) => value < bound),
  multipleOf: only<number>('number', (value, step: number) => value % step === 0),
  minLength: only<string>('string', (value, least: number) => value.length >= least),
  maxLength: only<string>('string', (value, most: number) => value.length <= most),
  pattern: only<string>('string', (value, pattern: string) => new RegExp(pattern, 'u').test(value)),
  minItems: only<unknown[]>('array', (value, least: number) => value.length >= least),
  maxItems: only<unknown[]>('array', (value, most: number) => value.length <= most),
  prefixItems: only<unknown[]>('array', (value, schemas: Schema[]) =>
    schemas.every((schema, i) => i >= value.length || isValid(value[i], schema)),
  ),
  items: only<unknown[]>('array', (value, schema: Schema, { prefixItems }) =>
    value.slice((prefixItems as Schema[] | undefined)?.length ?? 0).every((item) => isValid(item, schema)),
  ),
  required: only<object>('object', (value, keys: string[]) => keys.every((key) => Object.hasOwn(value, key))),
  properties: only<Record<string, unknown>>('object', (value, schemas: Record<string, Schema>) =>
    Object.entries(value).every(([key, item]) => !Object.hasOwn(schemas, key) || isValid(item, schemas[key]!)),
  ),
  additionalProperties: only<Record<string, unknown>>('object', (value, schema: Schema, { properties = {} }) =>
    Object.entries(value).every(([key, item]) => Object.hasOwn(properties as object, key) || isValid(item, schema)),
  ),
  propertyNames: only<object>('object', (value, schema: Schema) =>
    Object.keys(value).every((key) => isValid(key, schema)),
  ),
};

const ANNOTATIONS = new Set(['$schema', 'title', 'description', 'default']);

/** @throws TypeError for a keyword that is not implemented here */
export function isValid(value: unknown, schema: Schema | boolean): boolean {
  if (typeof schema === 'boolean') return schema;
  return Object.entries(schema).every(([keyword, argument]) => {
    if (ANNOTATIONS.has(keyword)) return true;
    const check = CHECKS[keyword];
    if (!check) throw new TypeError(`the schema has '${keyword}', which this validator does not know`);
    return check(value as never, argument as never, schema);
  });
}
