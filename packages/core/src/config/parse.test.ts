import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SenetError } from '../errors.js';
import { joinPath, parseWith } from './parse.js';

const schema = z.strictObject({
  ratio: z.number().positive().default(16),
  gate: z.enum(['sigmoid', 'hard-sigmoid']).optional(),
  where: z.union([z.literal('all'), z.strictObject({ stages: z.array(z.int()) })]).optional(),
  stem: z.strictObject({ width: z.int() }).optional(),
  layers: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('conv').optional(), filters: z.int() }),
        z.strictObject({ type: z.literal('pool'), size: z.int() }),
      ]),
    )
    .optional(),
});

function errorOf(value: unknown, at = 'attach[0]'): SenetError {
  try {
    parseWith(schema, value, at);
  } catch (error) {
    return error as SenetError;
  }
  throw new Error('nothing was thrown');
}

test('gives the parsed value, with defaults', () => expect(parseWith(schema, {}, '')).toEqual({ ratio: 16 }));

describe('the error', () => {
  test.each<[unknown, string]>([
    [{ ratio: '16' }, 'attach[0].ratio'],
    [{ ratio: 0 }, 'attach[0].ratio'],
    [{ where: { stages: [1, 'x'] } }, 'attach[0].where.stages[1]'],
    [{ stem: {} }, 'attach[0].stem.width'],
    [null, 'attach[0]'],
  ])('of %j is at %s', (value, path) => {
    expect(errorOf(value)).toMatchObject({ code: 'ConfigInvalid', path, name: 'SenetError' });
  });

  test('of an unknown option lists the known ones and the nearest', () => {
    expect(errorOf({ ration: 8 })).toMatchObject({
      problem: "there is no option 'ration'",
      expected: 'one of ratio, gate, where, stem, layers',
      suggestions: ['ratio'],
    });
    expect(errorOf({ stem: { width: 1, widht: 2 } })).toMatchObject({
      path: 'attach[0].stem',
      expected: 'one of width',
      suggestions: ['width'],
    });
  });

  test('of an unknown option of one of several types lists those of its type', () => {
    expect(errorOf({ layers: [{ filters: 1 }, { type: 'pool', sizes: 2, size: 2 }] })).toMatchObject({
      path: 'attach[0].layers[1]',
      expected: 'one of type, size',
      suggestions: ['size'],
    });
    expect(errorOf({ layers: [{ filters: 1, filtres: 2 }] })).toMatchObject({ expected: 'one of type, filters' });
  });

  test('of an unknown type lists the types and the nearest', () => {
    expect(errorOf({ layers: [{ type: 'pol' }] })).toMatchObject({
      path: 'attach[0].layers[0].type',
      problem: "there is no type 'pol'",
      expected: 'one of conv, pool',
      suggestions: ['pool'],
    });
    expect(errorOf({ layers: [{ type: 2 }] })).toMatchObject({ expected: 'one of conv, pool', suggestions: [] });
  });

  test('of a wrong choice suggests the nearest', () => {
    expect(errorOf({ gate: 'hard_sigmoid' }).suggestions).toEqual(['hard-sigmoid']);
  });

  test('counts what else is wrong', () => {
    expect(errorOf({ ratio: 'a', gate: 'b', stem: 1 }).problem).toMatch(/\(and 2 more\)$/);
  });

  test('of a union says what is wrong, not that all branches failed', () => {
    expect(errorOf({ where: { stages: 'x' } })).toMatchObject({ path: 'attach[0].where.stages' });
    expect(errorOf({ where: 7 })).toMatchObject({ path: 'attach[0].where' });
  });

  test('prints long keys short', () => expect(errorOf({ ['k'.repeat(1e5)]: 1 }).message.length).toBeLessThan(300));
});

test('joinPath', () => {
  expect(joinPath('attach[0]', ['where', 'stages', 1])).toBe('attach[0].where.stages[1]');
  expect(joinPath('', ['input', 'shape', 0])).toBe('input.shape[0]');
  expect(joinPath('x', [])).toBe('x');
});
