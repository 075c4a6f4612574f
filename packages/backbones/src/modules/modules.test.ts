import { createAssembler } from '@senet/core';
import { attentions } from '@senet/se';
import { expect, test } from 'vitest';
import * as modules from '../index.js';

const { backbones } = modules;
const families = Object.entries(modules).filter(([name]) => name.endsWith('Family')) as [string, typeof backbones][];

test('there are six, and they are what all together are made of', () => {
  expect(families).toHaveLength(6);
  const recipes = families.flatMap(([, family]) => family.recipes.map(({ name }) => name));
  const others = backbones.recipes.map(({ name }) => name).filter((name) => !recipes.includes(name as never));
  expect(others.every((name) => /_(keras|torchvision)$/.test(name))).toBe(true);
});

test.each(families)('%s has all that its recipes need', (_, family) => {
  const alone = createAssembler(attentions, family);
  const together = createAssembler(attentions, backbones, family);
  for (const { name } of family.recipes) {
    expect(alone.assemble(name as never).plan.params).toEqual(together.assemble(name as never).plan.params);
  }
});
