/** What an editor knows of a config: `tsc` is the judge here, the assertions at run time are beside the point. */
import { createAssembler, defineAttention, defineBackbone, defineModule } from '@senet/core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { Attention } from '../blocks/attention.js';
import type { BackboneSpec } from '../blocks/backbone.js';
import type { ConfigOf } from './infer.js';

const own = defineAttention({
  type: 'own',
  options: z.object({ ratio: z.number().default(16), mode: z.enum(['soft', 'hard']).default('soft') }),
  build: (g, x, { ratio }) => g.affine(x, { scale: ratio }),
});
const other = defineAttention({
  type: 'other',
  options: z.object({ kernel: z.number() }),
  build: (g, x) => g.sigmoid(x),
});
const net = defineBackbone({
  type: 'net',
  options: z.object({ width: z.number().default(8) }),
  sites: ['hidden', 'branch'],
  spec: (): BackboneSpec => {
    throw new Error('never built');
  },
});
const modules = [
  defineModule({ attentions: [own, other] }),
  defineModule({ backbones: [net], recipes: [{ name: 'ownnet', config: {} }] }),
] as const;
type Config = ConfigOf<typeof modules>;
type Full = Exclude<Config, string>;
type Attach = NonNullable<Full['attach']>[number];

/** Accepts what the assembler would; returns it unread. */
const check = (config: Config) => config;

describe('the type of a config', () => {
  test('has the names of recipes, backbones, attentions and sites', () => {
    expectTypeOf<Attach['type']>().toEqualTypeOf<'own' | 'other'>();
    expectTypeOf<'ownnet'>().toExtend<Extract<Config, string>>();
    expectTypeOf<'net'>().toExtend<NonNullable<Full['backbone']>>();
    type At = NonNullable<Extract<Attach, { type: 'own' }>['at']>;
    expectTypeOf<'hidden' | 'branch'>().toExtend<At>();
    expectTypeOf<string>().toExtend<At>(); // units of one's own may have more
  });

  test('has the options of each attention and backbone', () => {
    type Own = Extract<Attach, { type: 'own' }>;
    expectTypeOf<Own['ratio']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Own['mode']>().toEqualTypeOf<'soft' | 'hard' | undefined>();
    expectTypeOf<Extract<Attach, { type: 'other' }>['kernel']>().toEqualTypeOf<number>();
    type Backbone = Exclude<NonNullable<Full['backbone']>, string>;
    expectTypeOf<Backbone['width']>().toEqualTypeOf<number | undefined>();
  });

  test('takes what is right', () => {
    check('ownnet');
    check({ backbone: 'net', attach: [{ type: 'own', ratio: 8, at: 'branch', init: 'identity' }] });
    check({ backbone: { type: 'net', width: 4 }, attach: [{ type: 'other', kernel: 3, where: { blocks: 'last' } }] });
    check({ extends: 'ownnet', replace: { own: { type: 'own', ratio: 2 } } });
    check({ extends: './file.json', head: { type: 'features', taps: [1, 'x'] } });
    check({ backbone: 'net', attach: [{ type: 'own', overrides: [{ where: { stages: [1] }, mode: 'hard' }] }] });
  });

  test('refuses what is wrong', () => {
    // @ts-expect-error no such attention
    check({ backbone: 'net', attach: [{ type: 'owl' }] });
    // @ts-expect-error no such option
    check({ backbone: 'net', attach: [{ type: 'own', ratios: 8 }] });
    // @ts-expect-error a number, not a string
    check({ backbone: 'net', attach: [{ type: 'own', ratio: '8' }] });
    // @ts-expect-error an option without a default is required
    check({ backbone: 'net', attach: [{ type: 'other' }] });
    // @ts-expect-error another attention's option
    check({ backbone: 'net', attach: [{ type: 'other', kernel: 3, mode: 'soft' }] });
    // @ts-expect-error no such backbone
    check({ backbone: 'nets' });
    // @ts-expect-error no such option of the backbone
    check({ backbone: { type: 'net', wide: true } });
    // @ts-expect-error no such head
    check({ backbone: 'net', head: { type: 'detector' } });
    // @ts-expect-error nothing of that type is registered
    check({ extends: 'ownnet', replace: { owl: { type: 'own' } } });
    // @ts-expect-error an override says where
    check({ backbone: 'net', attach: [{ type: 'own', overrides: [{ mode: 'hard' }] }] });
  });

  test('reaches the assembler, without any declaration', () => {
    const assembler = createAssembler(...modules);
    expectTypeOf(assembler.assemble).parameter(0).toEqualTypeOf<Config>();
    expectTypeOf(own).toBeCallableWith({ ratio: 4 });
    expectTypeOf(own({ mode: 'hard' })).toEqualTypeOf<Attention>();
    // @ts-expect-error no such mode
    expect(() => own({ mode: 'loud' })).toThrow(/mode/);
  });
});
