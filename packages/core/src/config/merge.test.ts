import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyJson, mergeConfigs } from './merge.js';

const refused = (path: string) => expect.objectContaining({ code: 'ConfigInvalid', path });
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('mergeConfigs', () => {
  test('objects merge, arrays replace, null removes', () => {
    const base = { backbone: { type: 'a', x: 1, y: { z: 1, w: 2 } }, attach: [1, 2], head: { type: 'c' } };
    const extending = { backbone: { x: 2, y: { z: null, v: 3 } }, attach: [3], head: null, name: 'n' };
    expect(mergeConfigs(base, extending)).toEqual({
      backbone: { type: 'a', x: 2, y: { w: 2, v: 3 } },
      attach: [3],
      name: 'n',
    });
    expect(base).toEqual({ backbone: { type: 'a', x: 1, y: { z: 1, w: 2 } }, attach: [1, 2], head: { type: 'c' } });
  });

  test('another type replaces the whole object: the old options are not its', () => {
    const merged = mergeConfigs({ b: { type: 'resnet', style: 'caffe' } }, { b: { type: 'inception', epsilon: 1 } });
    expect(merged).toEqual({ b: { type: 'inception', epsilon: 1 } });
    expect(mergeConfigs({ b: { type: 'a', x: 1 } }, { b: { type: 'a', y: 2 } })).toEqual({
      b: { type: 'a', x: 1, y: 2 },
    });
  });

  test('null removes inside of what is new, too', () => {
    expect(mergeConfigs({}, { a: { b: null, c: { d: null } } })).toEqual({ a: { c: {} } });
    expect(mergeConfigs({ a: [1] }, { a: { b: null } })).toEqual({ a: {} });
  });

  test('extending by nothing changes nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (base) => {
        expect(mergeConfigs(base, {})).toEqual(base);
      }),
    );
  });
});

describe('copyJson', () => {
  test('copies JSON, whatever it is', () => {
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(!/__proto__|constructor|prototype/.test(JSON.stringify(value)));
        const copy = copyJson(value);
        expect(copy).toEqual(value);
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
      }),
    );
  });

  test('knows one zero, as JSON does', () => expect(Object.is(copyJson(-0), 0)).toBe(true));

  test('leaves out what is undefined, as JSON does', () => {
    expect(Object.keys(copyJson({ a: undefined, b: 1 }) as object)).toEqual(['b']);
  });

  test.each<[string, unknown, string]>([
    ['a function', { a: { b: () => 1 } }, 'a.b'],
    ['a date', { a: [new Date(0)] }, 'a[0]'],
    ['a map', new Map(), 'config'],
    ['an instance', { a: new (class Options {})() }, 'a'],
    ['NaN', { a: [1, Number.NaN] }, 'a[1]'],
    ['an infinity', { a: Number.POSITIVE_INFINITY }, 'a'],
    ['a bigint', { a: 1n }, 'a'],
    ['a symbol', { a: Symbol('s') }, 'a'],
    ['undefined in a list', { a: [undefined] }, 'a[0]'],
  ])('refuses %s', (_, value, path) => expect(() => copyJson(value)).toThrowError(refused(path)));

  test.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s at any depth', (key) => {
    const hostile = JSON.parse(`{ "a": [{ "${key}": { "polluted": true } }] }`);
    expect(() => copyJson(hostile)).toThrowError(refused(`a[0].${key}`));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('ends at 32 levels, and so in circles', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => copyJson(circle)).toThrowError(/nested deeper than 32/);
    let deep: unknown = 1;
    for (let i = 0; i < 32; i++) deep = { d: deep };
    expect(copyJson(deep)).toEqual(deep);
    expect(() => copyJson({ d: deep })).toThrowError(/nested deeper than 32/);
  });

  test('takes objects without a prototype', () => {
    expect(copyJson(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: 1 });
  });
});
