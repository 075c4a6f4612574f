/** What an editor knows of a staged config: `tsc` is the judge here. */
import { type ConfigOf, defineModule, defineUnit } from '@senet/core/graph';
import { expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { backbones } from '../index.js';

const own = defineModule({
  units: [
    defineUnit({
      type: 'own',
      options: z.object({ filters: z.int(), flavour: z.enum(['sweet', 'sour']).default('sweet') }),
      sites: ['output'],
      defaultSite: 'output',
      build: () => {
        throw new Error('never built');
      },
    }),
  ],
});
type Config = ConfigOf<readonly [typeof backbones, typeof own]>;
type Backbone = NonNullable<Exclude<Config, string>['backbone']>;
type Staged = Extract<Backbone, { type: 'staged' }>;
type Stage = Staged['stages'][number];

const check = (backbone: Backbone) => backbone;

test('knows the units that are registered, and their options', () => {
  expectTypeOf<'own' | 'basic' | 'inverted-residual'>().toExtend<NonNullable<Stage['unit']>['type']>();
  expectTypeOf<NonNullable<Stage['stride']>>().toEqualTypeOf<number | readonly [number, number]>();
  const unit = { type: 'inverted-residual', expansion: 4, activation: 'silu' } as const;
  check({ type: 'staged', stages: [{ unit, filters: 8, repeat: 2, stride: [2, 1] }] });
  check({ type: 'staged', stages: [{ unit: { type: 'own', flavour: 'sour' }, units: [{ filters: 8 }] }] });
  check({
    type: 'staged',
    stem: [
      { filters: 8, kernel: 3 },
      { type: 'max-pool', size: 2 },
    ],
    stages: [{ unit }],
  });
  expect.assertions(0);
});

test('refuses what no unit has', () => {
  // @ts-expect-error no such unit
  check({ type: 'staged', stages: [{ unit: { type: 'basics' }, filters: 8 }] });
  // @ts-expect-error another unit's option
  check({ type: 'staged', stages: [{ unit: { type: 'basic', flavour: 'sour' }, filters: 8 }] });
  // @ts-expect-error no such flavour
  check({ type: 'staged', stages: [{ unit: { type: 'own', flavour: 'bitter' }, filters: 8 }] });
  // @ts-expect-error a dense layer is for the pooled channels
  check({ type: 'staged', stages: [{ unit: { type: 'basic' }, filters: 8 }], stem: [{ type: 'dense', units: 8 }] });
  // @ts-expect-error no stages
  check({ type: 'staged' });
  expect.assertions(0);
});
