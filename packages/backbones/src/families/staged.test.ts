import { after, createAssembler, defineAttention, defineModule, defineUnit } from '@senet/core';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { isValid } from '../../../../test/support/json-schema.js';
import { backbones, staged } from '../index.js';

/** A unit of somebody's own: it has no stride, and an option that only it knows. */
const scale = defineUnit({
  type: 'scale',
  options: z
    .object({ by: z.number(), plus: z.number().optional() })
    .refine(({ by, plus }) => by !== plus, 'by and plus differ'),
  sites: ['output', 'own'],
  defaultSite: 'own',
  build(g, x, { by, plus }) {
    const output = g.affine(x, { scale: by, offset: plus, name: 'scaled' });
    return { output, stride: 1, activation: 'relu', sites: { output: after(output), own: after(output) } };
  },
});

const assembler = createAssembler(attentions, backbones, defineModule({ units: [scale] }));
const schema = assembler.jsonSchema();
// biome-ignore lint/suspicious/noExplicitAny: configs that the types would refuse
const assemble = (backbone: any, rest: any = {}) =>
  assembler.assemble({ backbone: { type: 'staged', ...backbone }, input: { shape: [32, 32, 3] }, ...rest });
const plain = { unit: { type: 'conv-bn-act', kernel: 3 }, filters: 8 };
const mobile = { unit: { type: 'inverted-residual', expansion: 2 }, filters: 8 };
const attributesOf = (net: ReturnType<typeof assemble>, name: string) =>
  net.graph.nodes.find((node) => node.name === name)?.attributes as Record<string, unknown> | undefined;
const shapeOf = (net: ReturnType<typeof assemble>, name: string) =>
  net.graph.nodes.find((node) => node.name === name)!.shape;

describe('stages', () => {
  test('repeat a unit: the first has the stride, the others have none', () => {
    const net = assemble({ stages: [{ ...mobile, repeat: 3, stride: [2, 1] }] });
    expect(net.units.map(({ name }) => name)).toEqual(['blocks.0.0', 'blocks.0.1', 'blocks.0.2']);
    expect(net.units.map(({ output }) => shapeOf(net, output))).toEqual(Array(3).fill([16, 32, 8]));
    expect(attributesOf(net, 'blocks.0.0.conv_pw')).toMatchObject({ filters: 8 }); // 2 · 3, rounded to eights
    expect(attributesOf(net, 'blocks.0.1.conv_pw')).toMatchObject({ filters: 16 });
    expect(attributesOf(net, 'blocks.0.0.add')).toBeUndefined();
    expect(attributesOf(net, 'blocks.0.1.add')).toBeDefined();
  });

  test('list units: what a row leaves out is as in `unit`, another type starts afresh', () => {
    const unit = { type: 'inverted-residual', kernel: 5, activation: 'silu' };
    const units = [
      { expanded: 4, filters: 8, kernel: 3 },
      { filters: 8 },
      { type: 'conv-bn-act', filters: 6, stride: 2 },
    ];
    const net = assemble({ stages: [{ unit, units }] });
    expect(net.units.map(({ type }) => type)).toEqual(['inverted-residual', 'inverted-residual', 'conv-bn-act']);
    expect(attributesOf(net, 'blocks.0.0.conv_dw')).toMatchObject({ kernel: [3, 3] });
    expect(attributesOf(net, 'blocks.0.1.conv_dw')).toMatchObject({ kernel: [5, 5] });
    expect(attributesOf(net, 'blocks.0.1.act1')).toMatchObject({ activation: 'silu' });
    expect(attributesOf(net, 'blocks.0.2.conv')).toMatchObject({ kernel: [1, 1], strides: [2, 2] });
    expect(attributesOf(net, 'blocks.0.2.act1')).toMatchObject({ activation: 'relu' });
  });

  test('are known by their names, in units and in `where`', () => {
    const stages = [
      { ...plain, name: 'low' },
      { ...plain, name: 'high' },
    ];
    const net = assemble({ stages }, { attach: [{ type: 'se', where: { stages: ['high'] } }] });
    expect(net.receipt.attachments).toMatchObject([{ stage: 'high', block: 'high.0', label: 'se' }]);
  });

  test.each(['basic', 'bottleneck', 'ghost-bottleneck', 'inverted-residual', 'conv-bn-act'])(
    '%s halves one side alone, also in its shortcut',
    (type) => {
      const own = { bottleneck: { width: [4, 4] }, 'ghost-bottleneck': { expanded: 8 } }[type];
      const net = assemble({ stages: [{ unit: { type, ...own }, filters: 8, repeat: 2, stride: [1, 2] }] });
      expect(net.units.map(({ output }) => shapeOf(net, output))).toEqual(Array(2).fill([32, 16, 8]));
    },
  );

  test("Keras' padding goes before the end of the side that is halved alone", () => {
    const unit = { type: 'inverted-residual', kernel: 5, padding: 'end' };
    const net = assemble({ stages: [{ unit, filters: 8, stride: [2, 1] }] });
    expect(attributesOf(net, 'blocks.0.0.conv_dw')).toMatchObject({ padding: [1, 2, 2, 2] });
    expect(shapeOf(net, 'blocks.0.0.conv_dw')).toEqual([16, 32, 3]);
  });

  test("ResNet-D's pool halves one side alone", () => {
    const unit = { type: 'basic', downsample: 'avg' };
    const net = assemble({ stages: [{ unit, filters: 8, stride: [2, 1] }] });
    expect(attributesOf(net, 'blocks.0.0.downsample.0')).toMatchObject({ size: [2, 1], strides: [2, 1] });
  });
});

describe('taps', () => {
  const tapsOf = (backbone: object) => assemble(backbone).taps;
  const stem = [{ filters: 8, kernel: 3, stride: 2 }];

  test('stand where the size is about to change, and at the end', () => {
    expect(tapsOf({ stages: [plain, plain] })).toEqual(['blocks.1.0.act1']);
    expect(tapsOf({ stages: [plain, { ...plain, stride: 2 }] })).toEqual(['blocks.0.0.act1', 'blocks.1.0.act1']);
    expect(tapsOf({ stem, stages: [plain] })).toEqual(['blocks.0.0.act1']);
    expect(tapsOf({ stem, stages: [{ ...plain, stride: 2 }] })).toEqual(['act1', 'blocks.0.0.act1']);
    expect(tapsOf({ stem: [{ filters: 8 }, ...stem], stages: [plain] })).toEqual(['blocks.0.0.act1']); // nothing is reduced
    expect(tapsOf({ stem: [...stem, { type: 'max-pool', size: 2 }], stages: [plain] })).toEqual([
      'act1',
      'blocks.0.0.act1',
    ]);
  });

  test('stand where they are asked for', () => {
    const stages = [
      { ...plain, tap: true },
      { ...plain, stride: 2, tap: false },
    ];
    expect(tapsOf({ stem: [{ ...stem[0], tap: true }], stages })).toEqual(['act1', 'blocks.0.0.act1']);
    expect(tapsOf({ stem: [{ ...stem[0], tap: false }], stages: [{ ...plain, stride: 2 }] })).toEqual([
      'blocks.0.0.act1',
    ]);
  });
});

describe('layers', () => {
  test('of the stem are named as in timm, or by their place where there are several', () => {
    const keysOf = (stem: object[]) => {
      const keys = [...assemble({ stem, stages: [plain] }).graph.parameters.keys()];
      return keys.filter((key) => key.endsWith('.weight') && !/^(blocks|classifier)/.test(key)).join(' ');
    };
    expect(keysOf([{ filters: 8 }])).toBe('conv_stem.weight bn1.weight');
    expect(keysOf([{ filters: 8 }, { type: 'max-pool', size: 2 }])).toBe('conv_stem.weight bn1.weight');
    expect(keysOf([{ filters: 8 }, { filters: 4 }])).toBe(
      'stem.0.conv.weight stem.0.bn.weight stem.1.conv.weight stem.1.bn.weight',
    );
    expect(keysOf([{ filters: 8, names: { conv: 'c', norm: 'n', act: 'a' } }])).toBe('c.weight n.weight');
  });

  test('do what their options say', () => {
    const stem = [
      {
        type: 'conv',
        filters: 6,
        kernel: [3, 5],
        stride: [2, 1],
        groups: 3,
        padding: [1, 0, 2, 2],
        epsilon: 1e-3,
        activation: 'silu',
      },
      { filters: 4, norm: false, padding: 'valid' },
      { filters: 4, norm: false, bias: false },
      { filters: 4, bias: true, activation: 'linear' },
      { type: 'max-pool', size: [2, 3], stride: 1, padding: 'symmetric', name: 'window' },
      { type: 'average-pool', size: 3, stride: 2, padding: [1, 1, 1, 1], ceil: true, countPadding: true },
    ];
    const net = assemble({ stem, stages: [plain] });
    expect(attributesOf(net, 'stem.0.conv')).toEqual({
      filters: 6,
      kernel: [3, 5],
      strides: [2, 1],
      dilation: [1, 1],
      padding: [1, 0, 2, 2],
      groups: 3,
      bias: false,
    });
    expect(attributesOf(net, 'stem.0.bn')).toMatchObject({ epsilon: 1e-3 });
    expect(attributesOf(net, 'stem.0.act')).toEqual({ activation: 'silu' });
    expect(attributesOf(net, 'stem.1.conv')).toMatchObject({ bias: true, padding: 'valid' });
    expect(attributesOf(net, 'stem.1.bn')).toBeUndefined();
    expect(attributesOf(net, 'stem.1.act')).toEqual({ activation: 'relu' });
    expect(attributesOf(net, 'stem.2.conv')).toMatchObject({ bias: false });
    expect(attributesOf(net, 'stem.3.conv')).toMatchObject({ bias: true });
    expect(attributesOf(net, 'stem.3.act')).toBeUndefined();
    expect(attributesOf(net, 'window')).toMatchObject({
      kind: 'max',
      size: [2, 3],
      strides: [1, 1],
      padding: [1, 1, 1, 1],
    });
    expect(attributesOf(net, 'stem.5.pool')).toEqual({
      kind: 'average',
      size: [3, 3],
      strides: [2, 2],
      padding: [1, 1, 1, 1],
      ceil: true,
      countPadding: true,
    });
  });

  test('stand before and after the pooling', () => {
    const beforePool = [{ filters: 12 }, { type: 'max-pool', size: 2 }];
    const afterPool = [
      { type: 'dense', units: 20, bias: false, activation: 'tanh' },
      { filters: 24, norm: false, names: { conv: 'last' } },
    ];
    const net = assemble({ stages: [plain], beforePool, afterPool, classifier: 'fc' });
    const names = net.graph.nodes.filter(({ stage }) => stage === 'head').map(({ name }) => name);
    expect(names.join(' ')).toBe(
      'conv_head bn2 act2 head.1.pool global_pool neck.0.conv.flat neck.0.conv neck.0.act neck.0.conv.pooled ' +
        'last neck.1.act flatten fc',
    );
    expect(shapeOf(net, 'head.1.pool')).toEqual([16, 16, 12]);
    expect(attributesOf(net, 'neck.0.conv')).toEqual({ units: 20, bias: false });
    const alone = assemble({ stages: [plain], afterPool: [{ type: 'dense', units: 20 }], activation: 'silu' });
    expect(attributesOf(alone, 'conv_head')).toEqual({ units: 20, bias: true });
    expect(attributesOf(alone, 'act2')).toEqual({ activation: 'silu' });
  });
});

test('activation, epsilon and padding hold for all that say nothing themselves', () => {
  const stages = [
    { ...mobile, stride: 2 },
    { unit: { type: 'scale', by: 2 } },
    { unit: { ...plain.unit, epsilon: 0.5 }, filters: 8 },
  ];
  const shared = { activation: 'silu', epsilon: 0.25, padding: 'same' };
  const net = assemble({ ...shared, stem: [{ filters: 8 }], stages, beforePool: [{ filters: 8, activation: 'relu' }] });
  expect(attributesOf(net, 'conv_stem')).toMatchObject({ padding: 'same' });
  expect(attributesOf(net, 'act1')).toEqual({ activation: 'silu' });
  expect(attributesOf(net, 'blocks.0.0.conv_dw')).toMatchObject({ padding: 'same' });
  expect(attributesOf(net, 'blocks.0.0.bn2')).toMatchObject({ epsilon: 0.25 });
  expect(attributesOf(net, 'blocks.2.0.act1')).toEqual({ activation: 'silu' });
  expect(attributesOf(net, 'blocks.2.0.bn1')).toMatchObject({ epsilon: 0.5 });
  expect(attributesOf(net, 'act2')).toEqual({ activation: 'relu' });
  expect(net.identity.semantics).toEqual({ padding: 'same', epsilon: '2.5e-1, 5e-1' });
});

test('says whose weights it takes, and how they call its attentions', () => {
  const attention = { label: 'gate', reduce: 'down', expand: 'up' };
  const net = assemble({ family: 'mine', style: 'old', attention, stages: [mobile] }, { attach: [{ type: 'se' }] });
  expect(net.identity).toMatchObject({ family: 'mine', style: 'old' });
  expect(attributesOf(net, 'blocks.0.0.gate.down')).toBeDefined();
  expect(attributesOf(net, 'blocks.0.0.gate.up')).toBeDefined();
  expect(assemble({ stages: [mobile] }).identity).toEqual({
    family: 'staged',
    style: 'own',
    semantics: { padding: 'symmetric', epsilon: '1e-5' },
  });
  const bare = assemble({ stages: [{ unit: { type: 'scale', by: 2 } }] });
  expect(bare.identity.semantics).toEqual({});
});

test('tells attentions the strides of their unit', () => {
  const told: unknown[] = [];
  const listener = defineAttention({
    type: 'listener',
    options: z.object({}),
    build: (g, x, _, { stride }) => {
      told.push(stride);
      return g.sigmoid(x);
    },
  });
  const listening = createAssembler(backbones, defineModule({ attentions: [listener] }));
  const stages = [{ ...mobile, unit: { type: 'inverted-residual' as const }, repeat: 2, stride: [2, 1] as const }];
  listening.assemble({ backbone: { type: 'staged', stages }, attach: [{ type: 'listener' }] });
  expect(told).toEqual([[2, 1], 1]);
});

test('takes units of one’s own, with their sites', () => {
  const stages = [{ unit: { type: 'scale', by: 2 }, repeat: 2 }];
  const net = assemble({ stages }, { attach: [{ type: 'eca', at: 'own', where: { blocks: 'last' } }] });
  expect(net.receipt.attachments).toMatchObject([{ block: 'blocks.0.1', site: 'own' }]);
  expect(attributesOf(net, 'blocks.0.0.scaled')).toEqual({ scale: 2, offset: 0 });
});

test('lists every site that a unit of this package may offer', () => {
  expect([...staged.sites].sort()).toEqual(
    [...new Set(backbones.units.flatMap(({ sites }): string[] => [...sites]))].sort(),
  );
});

test('builds Inception’s modules, which have neither filters nor strides', () => {
  const stages = [{ unit: { type: 'inception-a', pool: 32 } }, { unit: { type: 'inception-b' }, tap: true }];
  const net = assemble({ stem: [{ filters: 16 }], stages });
  expect(net.units.map(({ output }) => shapeOf(net, output))).toEqual([
    [32, 32, 256],
    [15, 15, 736],
  ]);
});

/** Wrong for the assembler; and for the JSON Schema where that can know. */
const WRONG: readonly (readonly [string, object, { code?: string; path: string; suggestions?: string[] }, boolean?])[] =
  [
    ['no stages', {}, { path: 'backbone.stages' }, true],
    ['an empty list', { stages: [] }, { path: 'backbone.stages' }],
    ['a stage without a unit', { stages: [{ filters: 8 }] }, { path: 'backbone.stages[0]' }],
    [
      'an unknown unit',
      { stages: [mobile, { unit: { type: 'inverted-residal' }, filters: 8 }] },
      { code: 'UnknownName', path: 'backbone.stages[1].unit.type', suggestions: ['inverted-residual'] },
    ],
    [
      'an unknown unit in a row',
      { stages: [{ units: [{ type: 'basics', filters: 8 }] }] },
      { code: 'UnknownName', path: 'backbone.stages[0].units[0].type', suggestions: ['basic'] },
    ],
    [
      'an unknown option of a unit',
      { stages: [mobile, mobile, { unit: { type: 'inverted-residual', kernl: 3 }, filters: 8 }] },
      { path: 'backbone.stages[2].unit', suggestions: ['kernel'] },
    ],
    [
      'a wrong option of a unit',
      { stages: [mobile, mobile, { unit: { type: 'inverted-residual', kernel: 4 }, filters: 8 }] },
      { path: 'backbone.stages[2].unit.kernel' },
      true, // evenness is beyond the schema
    ],
    [
      "another unit's option",
      { stages: [{ unit: { type: 'basic', expansion: 2 }, filters: 8 }] },
      { path: 'backbone.stages[0].unit' },
    ],
    ['a missing option of a unit', { stages: [{ unit: { type: 'scale' } }] }, { path: 'backbone.stages[0].unit.by' }],
    ['no filters', { stages: [{ unit: { type: 'basic' } }] }, { path: 'backbone.stages[0].filters' }],
    [
      'filters that the unit has not',
      { stages: [{ unit: { type: 'scale', by: 1 }, filters: 8 }] },
      { path: 'backbone.stages[0]' },
    ],
    [
      'a stride that the unit has not',
      { stages: [{ unit: { type: 'scale', by: 1 }, stride: 2 }] },
      { path: 'backbone.stages[0]' },
    ],
    ['a stride of 9', { stages: [{ ...mobile, stride: 9 }] }, { path: 'backbone.stages[0].stride' }],
    ['three strides', { stages: [{ ...mobile, stride: [1, 1, 1] }] }, { path: 'backbone.stages[0].stride' }],
    [
      'filters in the unit',
      { stages: [{ unit: { type: 'basic', filters: 8 } }] },
      { path: 'backbone.stages[0].unit.filters' },
    ],
    [
      'repeat beside rows',
      { stages: [{ unit: { type: 'basic' }, units: [{ filters: 8 }], repeat: 2 }] },
      { path: 'backbone.stages[0].repeat' },
    ],
    [
      'filters beside rows',
      { stages: [{ unit: { type: 'basic' }, units: [{}], filters: 8 }] },
      { path: 'backbone.stages[0].filters' },
    ],
    ['a row of nothing', { stages: [{ units: [{ filters: 8 }] }] }, { path: 'backbone.stages[0].units[0]' }, true],
    ['no rows', { stages: [{ unit: { type: 'basic' }, units: [] }] }, { path: 'backbone.stages[0].units' }],
    [
      'an incomplete row',
      { stages: [{ unit: { type: 'basic' }, units: [{ stride: 2 }] }] },
      { path: 'backbone.stages[0].units[0].filters' },
      true,
    ],
    [
      'a wrong option for all rows',
      { stages: [{ unit: { type: 'basic', epsilon: 2 }, units: [{ filters: 8 }] }] },
      { path: 'backbone.stages[0].unit.epsilon' },
    ],
    [
      'a unit that no row is',
      { stages: [{ unit: { type: 'basic' }, units: [{ type: 'conv-bn-act', filters: 8 }] }] },
      { path: 'backbone.stages[0].unit' },
      true,
    ],
    [
      'what the options of a unit demand of each other',
      { stages: [{ unit: { type: 'scale', by: 1, plus: 1 } }] },
      { path: 'backbone.stages[0].unit' },
      true,
    ],
    [
      'two widths',
      { stages: [{ unit: { ...mobile.unit, expanded: 8 }, filters: 8 }] },
      { path: 'backbone.stages[0].unit' },
      true,
    ],
    [
      'two stages of a name',
      { stages: [plain, { ...plain, name: 'blocks.0' }] },
      { code: 'DuplicateName', path: 'backbone.stages[1].name' },
      true,
    ],
    ['a name with a slash', { stages: [{ ...plain, name: 'a/b' }] }, { path: 'backbone.stages[0].name' }],
    [
      'an unknown layer',
      { stem: [{ type: 'avg-pool', size: 2 }], stages: [plain] },
      { path: 'backbone.stem[0].type', suggestions: ['max-pool', 'average-pool'] },
    ],
    [
      'an unknown option of a layer',
      { stem: [{ filters: 8, stridee: 2 }], stages: [plain] },
      { path: 'backbone.stem[0]', suggestions: ['stride'] },
    ],
    [
      'an epsilon without a norm',
      { stem: [{ filters: 8, norm: false, epsilon: 0.1 }], stages: [plain] },
      { path: 'backbone.stem[0]' },
      true,
    ],
    [
      'a dense layer on a map',
      { beforePool: [{ type: 'dense', units: 8 }], stages: [plain] },
      { path: 'backbone.beforePool[0].type' },
    ],
    [
      'a tap of the head',
      { beforePool: [{ filters: 8, tap: true }], stages: [plain] },
      { path: 'backbone.beforePool[0]' },
    ],
    [
      'a padding that nothing follows',
      { padding: 'same', stages: [{ unit: { type: 'scale', by: 1 } }] },
      { path: 'backbone.padding' },
      true,
    ],
  ];

const cases = WRONG.map(([name, backbone, error, beyondSchema = false]) => ({ name, backbone, error, beyondSchema }));
test.each(cases)('refuses $name', ({ backbone, error, beyondSchema }) => {
  const wanted = { name: 'SenetError', code: 'ConfigInvalid', ...error };
  expect(() => assemble(backbone)).toThrowError(expect.objectContaining(wanted));
  if (!beyondSchema) expect(isValid({ backbone: { type: 'staged', ...backbone } }, schema)).toBe(false);
});

test('the JSON Schema knows the options of the units, one’s own among them', () => {
  const valid = (...stages: object[]) => isValid({ backbone: { type: 'staged', stages } }, schema);
  expect(valid(plain, { ...mobile, stride: [2, 1], repeat: 2, tap: false }, { unit: { type: 'scale', by: 2 } })).toBe(
    true,
  );
  expect(valid({ unit: { type: 'basic' }, units: [{ filters: 8 }, { type: 'scale', by: 2 }] })).toBe(true);
  expect(valid({ unit: { type: 'scale', by: '2' } })).toBe(false);
});
