/** Configs of narrow networks, right in the main: what people write, and some of what they get wrong. */
import { ACTIVATIONS } from '@senet/core/graph';
import { GATES, SQUEEZES } from '@senet/se';
import fc from 'fast-check';

export type Json = Readonly<Record<string, unknown>>;

const int = (min: number, max: number) => fc.integer({ min, max });
const often = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const pick = fc.constantFrom;

/** Without the keys that are undefined, as JSON would be. */
const compact = <T extends object>(record: fc.Arbitrary<T>) =>
  record.map((value) => Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Json);

const stem = compact(
  fc.record({
    type: often(pick('plain', 'deep', 'deep-tiered')),
    width: int(2, 8),
    kernel: often(pick(1, 3, 5, 7)),
    stride: often(int(1, 2)),
    pool: often(pick('max', 'conv', 'none')),
  }),
);

const resnet = int(1, 3).chain((stages) =>
  compact(
    fc.record({
      type: pick('resnet', 'resnet18', 'resnet50', 'resnext50_32x4d', 'senet154'),
      unit: often(pick('basic', 'bottleneck')),
      style: often(pick('timm', 'caffe', 'keras', 'seed')),
      depths: fc.array(int(1, 2), { minLength: stages, maxLength: stages }),
      widths: fc.array(int(2, 8), { minLength: stages, maxLength: stages }),
      strides: seldom(fc.array(int(1, 3), { minLength: stages, maxLength: stages })),
      cardinality: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: pick(2, 3) }),
      baseWidth: fc.oneof({ weight: 5, arbitrary: fc.constant(64) }, { weight: 1, arbitrary: pick(16, 128) }),
      reduceFirst: fc.constant(1),
      stem,
      downsample: often(pick('conv', 'avg')),
      downsampleKernel: often(pick(1, 3)),
      outputStride: seldom(pick(8, 16, 32)),
      dropPath: seldom(pick(0.1, 0.5)),
      dropBlock: seldom(pick(0.1, 0.5)),
      activation: often(pick(...ACTIVATIONS)),
      epsilon: seldom(pick(1e-5, 1e-3, 1)),
      zeroInitLast: often(fc.boolean()),
    }),
  ),
);

const backbone = fc.oneof(
  { weight: 60, arbitrary: resnet as fc.Arbitrary<unknown> },
  { weight: 2, arbitrary: pick('mobilenetv3_small') },
);

const where = compact(
  fc.record({
    stages: often(
      fc.oneof(
        fc.constant('all'),
        fc.uniqueArray(pick(1, 1, 2, 3, 'layer1', 'layer2'), { minLength: 1, maxLength: 2 }),
      ),
    ),
    blocks: often(fc.oneof(pick('all', 'first', 'last'), fc.uniqueArray(int(0, 1), { minLength: 1 }))),
  }),
);

const options: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  se: compact(
    fc.record({
      ratio: often(pick(0.5, 1, 2, 3.5, 16)),
      reduced: seldom(int(1, 9)),
      rounding: often(pick('floor', 'round', { divisor: 8 }, { divisor: 4, limit: 0.9, min: 2 })),
      reduceFrom: often(pick('site', 'blockInput')),
      activation: often(pick(...ACTIVATIONS, 'unit')),
      gate: often(pick(...GATES)),
      bias: often(fc.boolean()),
      squeeze: often(pick(...SQUEEZES)),
    }),
  ),
  eca: compact(
    fc.record({
      kernel: often(pick(1, 3, 5, 7)),
      gamma: seldom(pick(1, 2)),
      beta: seldom(pick(0, 1, -4)),
      gate: often(pick(...GATES)),
      squeeze: often(pick(...SQUEEZES)),
    }),
  ),
  cbam: compact(
    fc.record({
      ratio: often(pick(1, 2, 16)),
      kernel: often(pick(1, 3, 7)),
      gate: often(pick(...GATES)),
      bias: often(fc.boolean()),
    }),
  ),
};

const type = pick('se', 'se', 'eca', 'cbam');
const SITES = ['input', 'hidden', 'hidden-preact', 'branch', 'shortcut', 'output'] as const;

const attachment = type.chain((type) =>
  compact(
    fc.record({
      own: options[type]!,
      at: often(pick(...SITES)),
      where: seldom(where),
      label: seldom(pick('att', 'gate_2', 'a.b')),
      init: seldom(pick('identity', 'default')),
      overrides: seldom(fc.array(fc.tuple(where, options[type]!), { minLength: 1, maxLength: 2 })),
    }),
  ).map(({ own, overrides, ...entry }) => ({
    type,
    ...(own as Json),
    ...entry,
    ...(overrides !== undefined && {
      overrides: (overrides as [Json, Json][]).map(([where, changes]) => ({ where, ...changes })),
    }),
  })),
);

const head = fc.oneof(
  compact(
    fc.record({
      type: fc.constant('classifier'),
      classes: int(1, 5),
      pool: often(pick('avg', 'max', 'avg+max')),
      dropout: often(pick(0, 0.3)),
      activation: often(pick('linear', 'softmax', 'sigmoid')),
    }),
  ),
  fc.record({
    type: fc.constant('features'),
    taps: fc.uniqueArray(
      fc.oneof(
        { weight: 6, arbitrary: int(0, 2) as fc.Arbitrary<number | string> },
        { weight: 1, arbitrary: pick('layer1.0.conv1', 'bn1', 'input') },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

const side = fc.oneof(
  { weight: 12, arbitrary: int(8, 40) as fc.Arbitrary<number | null> },
  { weight: 1, arbitrary: fc.constant(null) },
);
const input = fc.tuple(side, side, int(1, 4)).map((shape) => ({ shape }));

/** A recipe, made narrow. */
const extending = fc
  .tuple(pick('seresnet18', 'legacy_seresnet50', 'ecaresnet50d', 'se_resnet50_seed'), int(2, 6), fc.boolean())
  .map(([base, width, swap]) => ({
    extends: base,
    backbone: { depths: [1, 1], widths: [width, width], stem: { width } },
    ...(swap && { replace: base.startsWith('eca') ? { eca: { type: 'se' } } : { se: { type: 'cbam', ratio: 2 } } }),
  }));

/** Big, and in need of 75 pixels: one or two will do. */
const inception = fc
  .tuple(int(75, 79), int(75, 79), pick('input', 'path:3x3', 'path:pool', 'branch'))
  .map(([h, w, at]) => ({
    backbone: 'inception_v3',
    input: { shape: [h, w, 3] },
    attach: [{ type: 'se', at }],
  }));

export const config: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 270,
    arbitrary: compact(
      fc.record({
        name: seldom(fc.string({ minLength: 1, maxLength: 20 })),
        input,
        backbone,
        attach: fc.array(attachment, { maxLength: 3 }),
        replace: seldom(
          type.chain((from) => type.chain((to) => options[to]!.map((own) => ({ [from]: { type: to, ...own } })))),
        ),
        head,
      }),
    ),
  },
  { weight: 30, arbitrary: fc.tuple(extending, input, head).map(([base, input, head]) => ({ ...base, input, head })) },
  { weight: 1, arbitrary: inception },
);
