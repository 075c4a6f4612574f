import { defineRecipe } from '@senet/core/graph';
import { timmRecipes } from './timm.js';

const DEEP = { type: 'deep', width: 32 } as const;
/** Deep stem (C); with a stem twice as wide (S); with averaging shortcuts (D); with a tiered stem (T). */
const C = { stem: DEEP } as const;
const S = { stem: { ...DEEP, width: 64 } } as const;
const D = { stem: DEEP, downsample: 'avg' } as const;
const T = { stem: { ...DEEP, type: 'deep-tiered' }, downsample: 'avg' } as const;
/** ResNet-RS (Bello et al. 2021): as D, with a convolution for the max-pool. */
const RS = { stem: { ...DEEP, pool: 'conv' }, downsample: 'avg' } as const;

const X4 = { cardinality: 32, baseWidth: 4 } as const;
const X8 = { cardinality: 32, baseWidth: 8 } as const;
const W4 = { cardinality: 64, baseWidth: 4 } as const;
const D200 = { type: 'resnet', depths: [3, 24, 36, 3] } as const;
const D269 = { type: 'resnet', depths: [3, 30, 48, 8] } as const;

const se = [{ type: 'se' }];
const eca = [{ type: 'eca' }];
const rs = [{ type: 'se', ratio: 4 }];

const plain = timmRecipes({
  resnet18: { backbone: 'resnet18' },
  resnet26: { backbone: 'resnet26' },
  resnet34: { backbone: 'resnet34' },
  resnet50: { backbone: 'resnet50' },
  resnet101: { backbone: 'resnet101' },
  resnet152: { backbone: 'resnet152' },
  resnet200: { backbone: D200 },
  resnet50c: { backbone: { type: 'resnet50', ...C } },
  resnet101c: { backbone: { type: 'resnet101', ...C } },
  resnet152c: { backbone: { type: 'resnet152', ...C } },
  resnet18d: { backbone: { type: 'resnet18', ...D } },
  resnet26d: { backbone: { type: 'resnet26', ...D } },
  resnet34d: { backbone: { type: 'resnet34', ...D } },
  resnet50d: { backbone: { type: 'resnet50', ...D } },
  resnet101d: { backbone: { type: 'resnet101', ...D } },
  resnet152d: { backbone: { type: 'resnet152', ...D } },
  resnet200d: { backbone: { ...D200, ...D } },
  resnet50s: { backbone: { type: 'resnet50', ...S } },
  resnet101s: { backbone: { type: 'resnet101', ...S } },
  resnet152s: { backbone: { type: 'resnet152', ...S } },
  resnet10t: { backbone: { type: 'resnet', unit: 'basic', depths: [1, 1, 1, 1], ...T } },
  resnet14t: { backbone: { type: 'resnet', depths: [1, 1, 1, 1], ...T } },
  resnet26t: { backbone: { type: 'resnet26', ...T } },
  resnet50t: { backbone: { type: 'resnet50', ...T } },
  wide_resnet50_2: { backbone: { type: 'resnet50', baseWidth: 128 } },
  wide_resnet101_2: { backbone: { type: 'resnet101', baseWidth: 128 } },
  resnext50_32x4d: { backbone: 'resnext50_32x4d' },
  resnext50d_32x4d: { backbone: { type: 'resnext50_32x4d', ...D } },
  resnext101_32x4d: { backbone: 'resnext101_32x4d' },
  resnext101_32x8d: { backbone: { type: 'resnet101', ...X8 } },
  resnext101_32x16d: { backbone: { type: 'resnet101', cardinality: 32, baseWidth: 16 } },
  resnext101_32x32d: { backbone: { type: 'resnet101', cardinality: 32, baseWidth: 32 } },
  resnext101_64x4d: { backbone: { type: 'resnet101', ...W4 } },
});

const squeezed = timmRecipes({
  seresnet18: { backbone: 'resnet18', attach: se },
  seresnet34: { backbone: 'resnet34', attach: se },
  seresnet50: { backbone: 'resnet50', attach: se },
  seresnet101: { backbone: 'resnet101', attach: se },
  seresnet152: { backbone: 'resnet152', attach: se },
  seresnet50t: { backbone: { type: 'resnet50', ...T }, attach: se },
  seresnet152d: { backbone: { type: 'resnet152', ...D }, attach: se },
  seresnet200d: { backbone: { ...D200, ...D }, attach: se },
  seresnet269d: { backbone: { ...D269, ...D }, attach: se },
  seresnext26d_32x4d: { backbone: { type: 'resnet26', ...X4, ...D }, attach: se },
  seresnext26t_32x4d: { backbone: { type: 'resnet26', ...X4, ...T }, attach: se },
  seresnext50_32x4d: { backbone: 'resnext50_32x4d', attach: se },
  seresnext101_32x4d: { backbone: 'resnext101_32x4d', attach: se },
  seresnext101_32x8d: { backbone: { type: 'resnet101', ...X8 }, attach: se },
  seresnext101d_32x8d: { backbone: { type: 'resnet101', ...X8, ...D }, attach: se },
  seresnext101_64x4d: { backbone: { type: 'resnet101', ...W4 }, attach: se },
  senet154: { backbone: 'senet154', attach: se },
  ecaresnet26t: { backbone: { type: 'resnet26', ...T }, attach: eca },
  ecaresnet50d: { backbone: { type: 'resnet50', ...D }, attach: eca },
  ecaresnet50t: { backbone: { type: 'resnet50', ...T }, attach: eca },
  ecaresnet101d: { backbone: { type: 'resnet101', ...D }, attach: eca },
  ecaresnet200d: { backbone: { ...D200, ...D }, attach: eca },
  ecaresnet269d: { backbone: { ...D269, ...D }, attach: eca },
  ecaresnetlight: { backbone: { type: 'resnet', depths: [1, 1, 11, 3], downsample: 'avg' }, attach: eca },
  ecaresnext26t_32x4d: { backbone: { type: 'resnet26', ...X4, ...T }, attach: eca },
  ecaresnext50t_32x4d: { backbone: { type: 'resnext50_32x4d', ...T }, attach: eca },
  resnetrs50: { summary: 'ResNet-RS-50 (Bello et al. 2021)', backbone: { type: 'resnet50', ...RS }, attach: rs },
  resnetrs101: { backbone: { type: 'resnet101', ...RS }, attach: rs },
  resnetrs152: { backbone: { type: 'resnet152', ...RS }, attach: rs },
  resnetrs200: { backbone: { ...D200, ...RS }, attach: rs },
  resnetrs270: { backbone: { type: 'resnet', depths: [4, 29, 53, 4], ...RS }, attach: rs },
  resnetrs350: { backbone: { type: 'resnet', depths: [4, 36, 72, 4], ...RS }, attach: rs },
  resnetrs420: { backbone: { type: 'resnet', depths: [4, 44, 87, 4], ...RS }, attach: rs },
});

/** A network of the paper as Caffe has it. */
function legacy(type: string, options: object = {}) {
  return {
    summary: "the paper's Caffe network",
    backbone: { type, ...options, style: 'caffe' },
    attach: [{ type: 'se', rounding: 'floor' }],
  };
}

/** Named as in timm, which builds the same networks from these names. */
export const resnetRecipes = [
  ...plain,
  ...squeezed,
  ...timmRecipes({
    legacy_seresnet18: legacy('resnet18'),
    legacy_seresnet34: legacy('resnet34'),
    legacy_seresnet50: legacy('resnet50'),
    legacy_seresnet101: legacy('resnet101'),
    legacy_seresnet152: legacy('resnet152'),
    legacy_seresnext26_32x4d: legacy('resnet26', X4),
    legacy_seresnext50_32x4d: legacy('resnext50_32x4d'),
    legacy_seresnext101_32x4d: legacy('resnext101_32x4d'),
    legacy_senet154: legacy('senet154'),
  }),
  defineRecipe({
    name: 'se_resnet50_seed',
    summary: 'the Keras program this project started from',
    config: { backbone: { type: 'resnet50', style: 'seed' }, attach: [{ type: 'se', rounding: 'floor' }] },
  }),
];
