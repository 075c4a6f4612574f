import { SenetError } from '../errors.js';
import { joinPath } from './parse.js';

export type JsonObject = Record<string, unknown>;

const MAX_DEPTH = 32;
const HOSTILE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * A deep copy of what a config may be: plain objects, arrays, strings, finite numbers, booleans, null.
 *
 * @throws SenetError `ConfigInvalid` for anything else, for keys that could reach a prototype, and beyond 32 levels
 */
export function copyJson(value: unknown, path = '', depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new SenetError('ConfigInvalid', `is nested deeper than ${MAX_DEPTH} levels`, { path });
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0; // JSON has no −0
  if (Array.isArray(value)) return value.map((item, i) => copyJson(item, joinPath(path, [i]), depth + 1));
  if (isPlainObject(value)) return copyObject(value, path, depth);
  const expected = 'plain objects, arrays, strings, finite numbers, booleans and null';
  throw new SenetError('ConfigInvalid', `is ${describe(value)}`, { path: path || 'config', expected });
}

function copyObject(value: JsonObject, path: string, depth: number): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const at = joinPath(path, [key.slice(0, 80)]);
    if (HOSTILE_KEYS.has(key)) throw new SenetError('ConfigInvalid', `'${key}' cannot be a key`, { path: at });
    if (value[key] !== undefined) copy[key] = copyJson(value[key], at, depth + 1);
  }
  return copy;
}

/**
 * `extending` over `base`: objects merge, arrays replace, null removes. An object that names another `type` replaces
 * the whole of the old one: options of another backbone or head would be wrong for it.
 */
export function mergeConfigs(base: JsonObject, extending: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(extending)) {
    const old = base[key];
    if (value === null) delete merged[key];
    else if (isPlainObject(value) && isPlainObject(old) && sameType(old, value)) merged[key] = mergeConfigs(old, value);
    else merged[key] = isPlainObject(value) ? mergeConfigs({}, value) : value;
  }
  return merged;
}

function sameType(base: JsonObject, extending: JsonObject): boolean {
  return extending.type === undefined || base.type === undefined || base.type === extending.type;
}

export function isPlainObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object'
    ? 'an object of a class'
    : typeof value === 'number'
      ? String(value)
      : `a ${typeof value}`;
}
