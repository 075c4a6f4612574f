import { describe, expect, test } from 'vitest';
import { gate, mix, residual, tiny } from '../../../../test/support/tiny.js';
import { defineModule, defineRecipe, register } from './modules.js';
import { emptyRegistries, Registry } from './registry.js';

describe('Registry', () => {
  const first = { name: 'first' };

  test('finds what was added, in order', () => {
    const registry = new Registry<object>('thing').add('b', first).add('a', {});
    expect(registry.names()).toEqual(['b', 'a']);
    expect(registry.get('b')).toBe(first);
    expect(registry.all()).toHaveLength(2);
    expect([registry.has('a'), registry.has('c'), registry.has('constructor')]).toEqual([true, false, false]);
  });

  test('takes the same object twice, another only with `replace`', () => {
    const registry = new Registry<object>('thing').add('a', first).add('a', first);
    expect(registry.all()).toEqual([first]);
    const other = { name: 'first' };
    expect(() => registry.add('a', other)).toThrowError(
      expect.objectContaining({ code: 'DuplicateName', path: 'a', problem: 'another thing has that name' }),
    );
    expect(registry.get('a')).toBe(first);
    expect(registry.add('a', other, { replace: true }).get('a')).toBe(other);
  });

  test('names the nearest of what it has', () => {
    const registry = new Registry<object>('attention').add('cbam', {}).add('eca', {});
    expect(() => registry.get('ecaa', 'attach[1].type')).toThrowError(
      expect.objectContaining({
        code: 'UnknownName',
        path: 'attach[1].type',
        suggestions: ['eca'],
        message: expect.stringContaining("there is no attention 'ecaa'; expected one of cbam, eca"),
      }),
    );
    expect(() => registry.get('__proto__')).toThrowError(expect.objectContaining({ code: 'UnknownName' }));
  });
});

describe('register', () => {
  const recipe = defineRecipe({ name: 'r', config: { backbone: 'tiny' } });
  const module = defineModule({ attentions: [gate, mix], units: [residual], backbones: [tiny], recipes: [recipe] });

  test('sorts a module into the registries, twice without harm', () => {
    const registries = emptyRegistries();
    register(registries, module);
    register(registries, module);
    const names = Object.values(registries).map((registry) => registry.names());
    expect(names).toEqual([['gate', 'mix'], ['residual'], ['tiny'], ['r']]);
  });

  test('refuses another thing under a taken name unless the module replaces', () => {
    const registries = emptyRegistries();
    register(registries, module);
    const other = defineRecipe({ name: 'r', config: { backbone: 'tiny' } });
    expect(() => register(registries, { recipes: [other] })).toThrowError(
      expect.objectContaining({ code: 'DuplicateName', path: 'r' }),
    );
    register(registries, { recipes: [other], replace: true });
    expect(registries.recipes.get('r')).toBe(other);
  });
});
