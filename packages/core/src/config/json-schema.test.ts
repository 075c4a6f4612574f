import { createAssembler } from '@senet/core';
import { describe, expect, test } from 'vitest';
import { isValid } from '../../../../test/support/json-schema.js';
import { assembler as full } from '../../../../test/support/models.js';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';

const assembler = createAssembler(tinyAttentions, tinyBackbones);
const schema = assembler.jsonSchema();

const GOOD: Record<string, object> = {
  'a name': { backbone: 'tiny' },
  everything: {
    $schema: './senet.schema.json',
    format: 1,
    name: 'mine',
    extends: 'tiny',
    input: { shape: [null, 32, 3], mean: [0.5], std: [0.5] },
    backbone: { type: 'tiny', width: 8, depths: [1] },
    attach: [
      {
        type: 'gate',
        bias: false,
        at: 'branch',
        where: { stages: [1, 'stage2'], blocks: 'first' },
        label: 'se',
        init: 'identity',
        overrides: [{ where: { stages: [1] }, scale: 2 }],
      },
    ],
    replace: { gate: { type: 'mix', kernel: 5 } },
    head: { type: 'classifier', classes: 10, pool: 'avg+max', dropout: 0.2, activation: 'softmax' },
  },
  'a path': { extends: '../base.json' },
  'changes to parts of what it extends': {
    extends: 'tiny',
    backbone: { width: 8 },
    head: { classes: 10 },
    input: { mean: [0.5], shape: [8, 8, 3] },
  },
  'removals of parts of what it extends': {
    extends: 'tiny_gate',
    attach: null,
    backbone: { type: 'tiny', depths: null },
    head: null,
    replace: { gate: null },
  },
  'nothing beside a null': { backbone: { type: 'tiny', width: null }, extends: null, name: null },
  features: { backbone: 'tiny', head: { type: 'features', taps: [0, 'stem'] } },
};

/** Wrong for the schema and for the assembler alike. */
const BAD: Record<string, object> = {
  'nothing to build': {},
  'nothing but removals': { backbone: null, extends: null },
  'a backbone without a type, of nothing': { backbone: { width: 8 } },
  'a head without a type, of nothing': { backbone: 'tiny', head: { classes: 10 } },
  'an input without a shape, of nothing': { backbone: 'tiny', input: { mean: [0.5] } },
  'a null in a list': { backbone: 'tiny', attach: [{ type: 'gate', bias: null }] },
  'an unknown option of what it extends': { extends: 'tiny', backbone: { widht: 8 } },
  'an unknown key': { backbone: 'tiny', bakbone: 'tiny' },
  'an unknown backbone': { backbone: 'tinny' },
  'an unknown option': { backbone: { type: 'tiny', widht: 8 } },
  'a wrong type': { backbone: { type: 'tiny', width: '8' } },
  'a fraction': { backbone: { type: 'tiny', width: 8.5 } },
  'an unknown attention': { backbone: 'tiny', attach: [{ type: 'gait' }] },
  "another attention's option": { backbone: 'tiny', attach: [{ type: 'mix', bias: true }] },
  'no list': { backbone: 'tiny', attach: { type: 'gate' } },
  'stage 0': { backbone: 'tiny', attach: [{ type: 'gate', where: { stages: [0] } }] },
  'a label with a slash': { backbone: 'tiny', attach: [{ type: 'gate', label: 'a/b' }] },
  'an override without where': { backbone: 'tiny', attach: [{ type: 'gate', overrides: [{ scale: 2 }] }] },
  'an unknown head': { backbone: 'tiny', head: { type: 'detector' } },
  'a dropout of all': { backbone: 'tiny', head: { type: 'classifier', dropout: 1 } },
  'four sizes': { backbone: 'tiny', input: { shape: [1, 2, 3, 4] } },
  'no channels': { backbone: 'tiny', input: { shape: [8, 8, null] } },
  'another format': { backbone: 'tiny', format: 2 },
  'a replacement for nothing known': { backbone: 'tiny', replace: { gait: { type: 'mix' } } },
};

test.each(Object.entries(GOOD))('takes %s', (_, config) => expect(isValid(config, schema)).toBe(true));

test.each(Object.keys(GOOD).filter((name) => name.includes('what it extends') || name.includes('null')))(
  'takes %s, as the assembler does',
  (name) => expect(assembler.resolve(GOOD[name] as never).backbone.type).toBe('tiny'),
);

test.each(Object.entries(BAD))('refuses %s, as the assembler does', (_, config) => {
  expect(isValid(config, schema)).toBe(false);
  expect(() => assembler.resolve(config)).toThrowError(expect.objectContaining({ name: 'SenetError' }));
});

describe('of all that is registered', () => {
  const all = full.jsonSchema();

  test('every recipe is valid', () => {
    for (const { name, config } of full.registries.recipes.all()) expect(isValid(config, all), name).toBe(true);
  });

  test('every resolved config is valid, and resolves to itself', () => {
    for (const name of ['seresnet50', 'legacy_senet154', 'mobilenetv3_small_100', 'ecaresnet50t', 'seinception_v3']) {
      const saved = JSON.parse(JSON.stringify(full.assemble(name)));
      expect(isValid(saved, all), name).toBe(true);
      expect(JSON.parse(JSON.stringify(full.assemble(saved)))).toEqual(saved);
    }
  });
});

test('without attentions only a config without attachments is valid', () => {
  const bare = createAssembler(tinyBackbones).jsonSchema();
  expect(isValid({ backbone: 'tiny', attach: [] }, bare)).toBe(true);
  expect(isValid({ backbone: 'tiny', attach: [{ type: 'gate' }] }, bare)).toBe(false);
});

test('is JSON', () => expect(JSON.parse(JSON.stringify(schema))).toEqual(schema));
