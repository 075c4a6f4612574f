import * as z from 'zod';
import { nearest, SenetError } from '../errors.js';

/**
 * Parses `value` and turns zod's complaints into one `ConfigInvalid` that names the place, what is right there, and
 * the nearest known option.
 *
 * @param at JSON path of `value` in the config: `attach[0]`
 */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, at: string): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw asSenetError(result.error, schema, value, at);
}

function asSenetError(error: z.ZodError, schema: z.ZodType, value: unknown, at: string): SenetError {
  const issue = deepest(error.issues[0]!);
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  const path = joinPath(at, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys as [string, ...string[]];
    const known = knownKeys(schema, value, issue.path);
    return new SenetError('ConfigInvalid', `there is no option '${key.slice(0, 80)}'${more}`, {
      path,
      expected: known.length > 0 ? `one of ${known.join(', ')}` : undefined,
      suggestions: nearest(key, known),
    });
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return unknownType(issue, path);
  const suggestions =
    issue.code === 'invalid_value' && typeof issue.input === 'string'
      ? nearest(issue.input, issue.values.map(String))
      : [];
  return new SenetError('ConfigInvalid', `${issue.message}${more}`, { path, suggestions });
}

/** In a union that a `type` decides: which types there are. */
function unknownType({ input, discriminator, ...issue }: z.core.$ZodIssueInvalidUnion, path: string): SenetError {
  const given = (input as Record<string, unknown>)[discriminator!];
  const known = 'options' in issue ? (issue.options as unknown[]).filter((type) => typeof type === 'string') : [];
  const problem = typeof given === 'string' ? `there is no ${discriminator} '${given.slice(0, 80)}'` : 'is missing';
  const suggestions = typeof given === 'string' ? nearest(given, known) : [];
  return new SenetError('ConfigInvalid', problem, { path, expected: `one of ${known.join(', ')}`, suggestions });
}

/** In a union, the complaint of the branch that came furthest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const furthest = issue.errors.map((branch) => branch[0]!).sort((a, b) => b.path.length - a.path.length)[0];
  if (!furthest || furthest.path.length === 0) return issue;
  return deepest({ ...furthest, path: [...issue.path, ...furthest.path] });
}

function knownKeys(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  let inner = branchOf(unwrap(schema), value);
  let at = value;
  for (const part of path) {
    at = (at as Record<PropertyKey, unknown>)[part];
    inner = branchOf(unwrap(childOf(inner, part)), at);
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** Of a union that a `type` decides, the branch of this value's. */
function branchOf(schema: unknown, value: unknown): unknown {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const type = (value as Record<string, unknown>)[schema.def.discriminator];
  return schema.options.find((option) => option._zod.propValues?.[schema.def.discriminator]?.has(type as never));
}

function childOf(schema: unknown, part: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, unknown>)[part];
  if (schema instanceof z.ZodArray) return schema.element;
  return undefined;
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodPrefault
  ) {
    inner = inner.unwrap();
  }
  return inner;
}

/** `joinPath('attach[0]', ['where', 'stages', 1])` is `attach[0].where.stages[1]`. */
export function joinPath(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((joined, part) => {
    if (typeof part === 'number') return `${joined}[${part}]`;
    return joined === '' ? String(part) : `${joined}.${String(part)}`;
  }, at);
}
