import { createAssembler, defineModule, defineRecipe } from '@senet/core';
import { describe, expect, test } from 'vitest';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';

const recipes = defineModule({
  recipes: [
    defineRecipe({ name: 'a', config: { extends: 'b' } }),
    defineRecipe({ name: 'b', config: { extends: 'c' } }),
    defineRecipe({ name: 'c', config: { extends: 'a' } }),
    defineRecipe({ name: 'itself', config: { extends: 'itself' } }),
    defineRecipe({ name: 'wide', config: { extends: 'tiny_gate', backbone: { width: 8 } } }),
    defineRecipe({ name: 'swapped', config: { extends: 'tiny_gate', replace: { gate: { type: 'mix' } } } }),
  ],
});
const assembler = createAssembler(tinyAttentions, tinyBackbones, recipes);
// biome-ignore lint/suspicious/noExplicitAny: configs that the types would refuse
const resolve = (config: any) => assembler.resolve(config);
const failure = (code: string, path: string) => expect.objectContaining({ name: 'SenetError', code, path });

describe('a resolved config', () => {
  test('states every default', () => {
    expect(resolve({ backbone: 'tiny', attach: [{ type: 'gate' }] })).toEqual({
      name: 'tiny',
      input: { shape: [16, 16, 3] },
      backbone: { type: 'tiny', options: { width: 4, depths: [2, 1] } },
      attach: [
        {
          type: 'gate',
          options: { bias: true, scale: 1 },
          at: undefined,
          where: { stages: 'all', blocks: 'all' },
          label: undefined,
          init: 'default',
          overrides: [],
        },
      ],
      head: { type: 'classifier', classes: 1000, pool: 'avg', dropout: 0, activation: 'softmax' },
    });
  });

  test('is named by the config, by the recipe it is, or by its backbone', () => {
    expect(resolve({ extends: 'tiny_gate', name: 'mine' }).name).toBe('mine');
    expect(resolve('tiny_gate').name).toBe('tiny_gate');
    expect(resolve({ extends: 'tiny_gate', head: { classes: 5 } }).name).toBe('tiny_gate');
    expect(resolve({ extends: 'tiny_gate', attach: [] }).name).toBe('tiny');
  });

  test('leaves what it was given as it was', () => {
    const config = { extends: 'wide', backbone: { depths: [1] }, attach: [{ type: 'gate', where: {} }] };
    const before = structuredClone(config);
    resolve(config);
    expect(config).toEqual(before);
    expect(resolve('tiny_gate').backbone.options.width).toBe(4);
  });
});

describe('extends', () => {
  test('works through recipes that extend recipes', () => {
    const wide = resolve({ extends: 'wide', backbone: { depths: [1] }, head: { type: 'classifier', pool: 'max' } });
    expect(wide.backbone.options).toEqual({ width: 8, depths: [1] });
    expect(wide.attach.map(({ type }) => type)).toEqual(['gate']);
    expect(wide.head).toMatchObject({ classes: 3, pool: 'max' });
  });

  test('null removes, a list replaces, another type starts anew', () => {
    expect(resolve({ extends: 'tiny_gate', attach: null }).attach).toEqual([]);
    expect(resolve({ extends: 'tiny_gate', attach: [{ type: 'mix' }] }).attach.map(({ type }) => type)).toEqual([
      'mix',
    ]);
    expect(resolve({ extends: 'tiny', head: { type: 'features', taps: [0] } }).head).toEqual({
      type: 'features',
      taps: [0],
    });
    expect(() => resolve({ extends: 'tiny', head: { classes: null, taps: [0] } })).toThrowError(
      failure('ConfigInvalid', 'head'),
    );
  });

  test.each([['a'], ['b'], ['itself']])('circles are named: %s', (name) => {
    expect(() => resolve(name)).toThrowError(failure('ConfigCycle', 'extends'));
  });

  test('the whole circle is told', () => {
    expect(() => resolve('a')).toThrow(/a → b → c → a/);
  });

  test('of something else than a string or a recipe', () => {
    expect(() => resolve({ extends: 7 })).toThrowError(failure('ConfigInvalid', 'extends'));
    expect(() => resolve('tiny_gat')).toThrowError(
      expect.objectContaining({
        code: 'UnknownName',
        path: 'extends',
        suggestions: expect.arrayContaining(['tiny_gate']),
      }),
    );
    expect(() => resolve('')).toThrowError(failure('UnknownName', 'extends'));
    for (const config of [undefined, null, [], 7, () => 1]) {
      expect(() => resolve(config)).toThrowError(expect.objectContaining({ code: 'ConfigInvalid' }));
    }
  });
});

describe('replace', () => {
  const base = {
    backbone: 'tiny',
    attach: [
      { type: 'gate', scale: 3, at: 'hidden', label: 'g', init: 'default', where: { stages: [1] } },
      { type: 'mix', kernel: 5 },
    ],
  };
  const replaced = (replace: object) => resolve({ ...base, replace }).attach;

  test('another type takes the place, label and start, with its own options', () => {
    const [first, second] = replaced({ gate: { type: 'mix', kernel: 7 } });
    expect(first).toMatchObject({
      type: 'mix',
      options: { kernel: 7 },
      at: 'hidden',
      label: 'g',
      where: { stages: [1] },
    });
    expect(second).toMatchObject({ type: 'mix', options: { kernel: 5 } });
    expect(resolve('swapped').attach[0]!.type).toBe('mix');
  });

  test('the same type merges options', () => {
    expect(replaced({ gate: { bias: false } })[0]!.options).toEqual({ bias: false, scale: 3 });
    expect(replaced({ mix: { type: 'mix' } })[1]!.options).toEqual({ kernel: 5 });
  });

  test('two types change places', () => {
    const types = replaced({ gate: { type: 'mix' }, mix: { type: 'gate' } }).map(({ type }) => type);
    expect(types).toEqual(['mix', 'gate']);
  });

  test('of something that is not attached is an error that says what is', () => {
    expect(() => replaced({ gait: { type: 'mix' } })).toThrowError(
      expect.objectContaining({
        code: 'ReplaceMatchedNothing',
        path: 'replace.gait',
        expected: 'one of gate, mix',
        suggestions: ['gate'],
      }),
    );
    expect(() => resolve({ backbone: 'tiny', replace: { gate: {} } })).toThrowError(
      failure('ReplaceMatchedNothing', 'replace.gate'),
    );
  });

  test('errors point at the replacement', () => {
    expect(() => replaced({ gate: { type: 'max' } })).toThrowError(failure('UnknownName', 'replace.gate.type'));
    expect(() => replaced({ gate: { type: 'mix', bias: true } })).toThrowError(
      failure('ConfigInvalid', 'replace.gate'),
    );
    expect(() => replaced({ gate: { scale: 0 } })).toThrowError(failure('ConfigInvalid', 'replace.gate.scale'));
  });
});

describe('overrides', () => {
  const overridden = (change: object) =>
    resolve({
      backbone: 'tiny',
      attach: [{ type: 'gate', scale: 3, overrides: [{ where: { stages: [1] }, ...change }] }],
    });

  test('keep only what they change', () => {
    expect(overridden({ bias: false }).attach[0]!.overrides).toEqual([
      { where: { stages: [1], blocks: 'all' }, options: { bias: false } },
    ]);
  });

  test('are checked as options are', () => {
    expect(() => overridden({ bais: false })).toThrowError(failure('ConfigInvalid', 'attach[0].overrides[0]'));
    expect(() => overridden({ scale: -1 })).toThrowError(failure('ConfigInvalid', 'attach[0].overrides[0].scale'));
  });
});

describe('input', () => {
  test('mean and deviation fit the channels, or are one for all', () => {
    const input = (mean: number[]) => resolve({ backbone: 'tiny', input: { shape: [8, 8, 3], mean } }).input;
    expect(input([0.5]).mean).toEqual([0.5]);
    expect(() => input([0.5, 0.5])).toThrowError(failure('ConfigInvalid', 'input.mean'));
  });

  test('`inputShape` takes the place of the shape, and drops what does not fit it', () => {
    const config = { backbone: 'tiny', input: { shape: [8, 8, 3], mean: [1, 2, 3], std: [2] } } as const;
    const { input } = assembler.resolve(config as never, { inputShape: [20, null, 1] });
    expect(input).toEqual({ shape: [20, null, 1], std: [2] });
    for (const inputShape of [
      [8, 8],
      [0, 8, 3],
      [8, 8, Number.NaN],
    ]) {
      expect(() => assembler.resolve('tiny', { inputShape })).toThrowError(
        expect.objectContaining({ code: 'ConfigInvalid', path: expect.stringMatching(/^input\.shape/) }),
      );
    }
  });
});
